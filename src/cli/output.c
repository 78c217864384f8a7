#include "cli/output.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/cli.h"

int output_begin(struct output_file *f, const char *path)
{
	struct stat st;

	*f = (struct output_file){ .out = stdout, .path = path };
	if (strcmp(path, "-") == 0)
		return CLI_DONE;
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
