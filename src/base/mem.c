#include "base/mem.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *checked(void *p)
{
	if (!p) {
		(void)fputs("assay: out of memory\n", stderr);
		abort();
	}
	return p;
}

void *mem_new(size_t n, size_t size)
{
	/* calloc(0) may answer NULL, which here means something else. */
	return checked(calloc(n ? n : 1, size ? size : 1));
}

void *mem_resize(void *p, size_t n, size_t size)
{
	if (n == 0) {
		free(p);
		return NULL;
	}
	return checked(reallocarray(p, n, size ? size : 1));
}

char *mem_text(const void *p, size_t n)
{
	/* n + 1 wraps only for SIZE_MAX bytes, which nobody can hold. */
	char *text = checked(n < SIZE_MAX ? malloc(n + 1) : NULL);

	if (n)
		memcpy(text, p, n);
	text[n] = '\0';
	return text;
}
