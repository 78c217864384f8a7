#include "cli/output.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/cli.h"

static struct {
	int n;
	char *const *word;
} command;

void output_command(int argc, char *const *argv)
{
	command.n = argc;
	command.word = argv;
}

/* What a word names: of --option=value the value. */
static const char *named_by(const char *word)
{
	const char *value = strncmp(word, "--", 2) ? NULL : strchr(word, '=');

	return value ? value + 1 : word;
}

static bool same_file(const char *a, const char *b)
{
	struct stat x, y;

	return stat(a, &x) == 0 && stat(b, &y) == 0 && S_ISREG(x.st_mode) &&
	       x.st_dev == y.st_dev && x.st_ino == y.st_ino;
}

/* Does the command name it for something else as well? It would be lost. */
static bool is_named_twice(const char *path)
{
	int times = 0, own = 0;

	for (int i = 1; i < command.n; i++) {
		const char *name = named_by(command.word[i]);
		const bool is_own = strcmp(name, path) == 0;

		own |= is_own;
		times += is_own || same_file(name, path);
	}
	return times > own;
}

int output_begin(struct output_file *f, const char *path)
{
	struct stat st;

	*f = (struct output_file){ .out = stdout, .path = path };
	if (strcmp(path, "-") == 0)
		return CLI_DONE;
	if (strncmp(path, "/dev/", 5) != 0 && is_named_twice(path))
		return cli_error(CLI_USAGE,
				 "%s: named twice: it would be overwritten",
				 path);
	if (stat(path, &st) == 0 && !S_ISREG(st.st_mode)) {
		f->out = fopen(path, "w");
	} else {
		if ((size_t)snprintf(f->beside, sizeof(f->beside), "%s.part",
				     path) >= sizeof(f->beside))
			errno = ENAMETOOLONG, f->out = NULL;
		else
			f->out = fopen(f->beside, "w");
	}
	return f->out ? CLI_DONE
		      : cli_error(CLI_FAILED, "%s: %s", path, strerror(errno));
}

int output_end(struct output_file *f, enum status written)
{
	bool good = written == ST_OK && fflush(f->out) == 0 && !ferror(f->out);

	if (good && f->beside[0])
		good = fsync(fileno(f->out)) == 0;
	int reason = errno;

	if (f->out != stdout && fclose(f->out) != 0 && good) {
		good = false;
		reason = errno;
	}
	if (good && f->beside[0] && rename(f->beside, f->path) != 0) {
		good = false;
		reason = errno;
	}
	if (good)
		return CLI_DONE;
	if (f->beside[0])
		unlink(f->beside);
	return cli_error(CLI_FAILED, "%s: cannot be written: %s", f->path,
			 strerror(reason));
}
