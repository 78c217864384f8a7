#include "cli/cli_lists.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/cli.h"

#define PATH_ROOM 4096

static bool read_file(struct lists *l, const char *path)
{
	struct why why;

	return lists_read(l, path, &why) == ST_OK ||
	       cli_error(CLI_FAILED, "%s", why.text) == CLI_DONE;
}

static int is_list(const struct dirent *e)
{
	const size_t n = strlen(e->d_name);

	return e->d_name[0] != '.' && strcmp(e->d_name, "index.json") != 0 &&
	       (n < 5 || strcmp(e->d_name + n - 5, ".part") != 0);
}

bool cli_lists_read(struct lists *l, const char *path)
{
	struct dirent **list;
	struct stat st;
	bool good = true;
	size_t found = 0;

	if (stat(path, &st) != 0 || !S_ISDIR(st.st_mode))
		return read_file(l, path);
	const int n = scandir(path, &list, is_list, alphasort);

	if (n < 0)
		return cli_error(CLI_FAILED, "%s: %s", path, strerror(errno)) ==
		       CLI_DONE;
	for (int i = 0; i < n; i++) {
		char file[PATH_ROOM];

		if (good &&
		    (size_t)snprintf(file, sizeof(file), "%s/%s", path,
				     list[i]->d_name) < sizeof(file) &&
		    stat(file, &st) == 0 && S_ISREG(st.st_mode)) {
			good = read_file(l, file);
			found++;
		}
		free(list[i]);
	}
	free(list);
	if (good && found == 0)
		return cli_error(CLI_FAILED,
				 "%s: no lists in it; `assay lists update` "
				 "gets some",
				 path) == CLI_DONE;
	return good;
}
