/* The first byte says what the rest is: even, a script; odd, an address.
 *
 * The properties: the address of a standard script leads back to it (on a
 * network with the same prefixes); an address that is accepted is, but for
 * its case, what its script is written as. */
#include <stdlib.h>
#include <string.h>

#include "coin/address.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define SCRIPT_MAX 42

static void must(bool truth)
{
	if (!truth)
		abort();
}

static struct span text_span(const char *s)
{
	return (struct span){ (const uint8_t *)s, strlen(s) };
}

static void check_script(struct span script, const struct network *net)
{
	char out[ADDRESS_TEXT];
	const struct network *got = NULL;
	uint8_t back[SCRIPT_MAX];
	size_t n = 0;
	const enum address_kind kind = address_of_script(out, script, net);

	must(memchr(out, '\0', sizeof(out)) != NULL);
	if (kind == ADDRESS_NONE || kind == ADDRESS_NULL_DATA) {
		must(out[0] == '\0');
		return;
	}
	must(address_parse(&got, back, &n, text_span(out)));
	must(got->p2pkh == net->p2pkh || !strcmp(got->hrp, net->hrp));
	if (kind == ADDRESS_P2PK) /* is shown as another script's */
		must(n == 25);
	else
		must(n == script.n && !memcmp(back, script.p, n));
}

static bool same_but_case(const char *a, struct span b)
{
	bool same = strlen(a) == b.n;

	for (size_t i = 0; same && i < b.n; i++) {
		const uint8_t c = b.p[i];

		same = (uint8_t)a[i] == (c >= 'A' && c <= 'Z' ? c | 0x20 : c);
	}
	return same;
}

static void check_text(struct span text)
{
	const struct network *net = NULL;
	uint8_t script[SCRIPT_MAX];
	char out[ADDRESS_TEXT];
	size_t n = 0;

	if (!address_parse(&net, script, &n, text))
		return;
	must(n <= SCRIPT_MAX);
	const enum address_kind kind =
		address_of_script(out, (struct span){ script, n }, net);

	must(kind != ADDRESS_NONE && kind != ADDRESS_NULL_DATA);
	must(kind != ADDRESS_P2PK);
	if (kind == ADDRESS_P2PKH || kind == ADDRESS_P2SH)
		must(strlen(out) == text.n && !memcmp(out, text.p, text.n));
	else
		must(same_but_case(out, text));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size == 0)
		return 0;
	const struct span rest = { data + 1, size - 1 };

	if (data[0] & 1) {
		check_text(rest);
		return 0;
	}
	for (const struct network *n = network_table(); n->name; n++)
		check_script(rest, n);
	return 0;
}
