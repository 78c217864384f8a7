#include "watchlist/lists.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/map.h"
#include "base/mem.h"
#include "coin/address.h"
#include "coin/address_asset.h"
#include "watchlist/address_repair.h"
#include "watchlist/list_reader.h"

#define ADDRESS_MAX 256 /* bytes of a text that may be an address */
#define NO_ENTRY    UINT32_MAX

struct node { /* an entry, and the next of the same script or text */
	struct list_entry is;
	uint32_t next_by_script, next_by_text;
};

struct lists {
	struct list_source *source;
	size_t num_sources;
	struct node *entry;
	size_t n;
	struct map *by_script, *by_text; /* the last entry: the list's head */
};

struct lists *lists_new(void)
{
	struct lists *l = mem_new(1, sizeof(*l));

	l->by_script = map_new(LISTS_ENTRIES_MAX, 0x7363);
	l->by_text = map_new(LISTS_ENTRIES_MAX, 0x7478);
	return l;
}

void lists_free(struct lists *l)
{
	for (size_t i = 0; i < l->num_sources; i++) {
		free((void *)(uintptr_t)l->source[i].path);
		free((void *)(uintptr_t)l->source[i].list);
	}
	for (size_t i = 0; i < l->n; i++) {
		const struct list_entry *e = &l->entry[i].is;

		free((void *)(uintptr_t)e->list);
		free((void *)(uintptr_t)e->entity);
		free((void *)(uintptr_t)e->asset);
		free((void *)(uintptr_t)e->address);
		free((void *)(uintptr_t)e->reference);
		free((void *)(uintptr_t)e->label);
	}
	free(l->source);
	free(l->entry);
	map_free(l->by_script);
	map_free(l->by_text);
	free(l);
}

static const char *own(const char *text)
{
	return text && *text ? mem_text(text, strlen(text)) : NULL;
}

static void link_entry(struct map *m, struct span key, uint32_t *next,
		       uint32_t index)
{
	bool fresh;
	uint64_t *head = map_put(m, key, &fresh);

	if (!head)
		return;
	*next = fresh ? NO_ENTRY : (uint32_t)*head;
	*head = index;
}

/* Of what asset it is an address, and by which script it is paid. */
static void judge(struct lists *l, struct list_entry *e, uint32_t index,
		  struct span address)
{
	uint8_t script[ADDRESS_ASSET_SCRIPT];
	size_t script_n = 0;
	const char *is = address_asset(script, &script_n, address);
	const char *said = e->asset ? address_asset_ticker(e->asset) : NULL;

	/* What the form of other assets' addresses is, is not known here. */
	e->valid = said && !address_asset_known(said)
			   ? true
			   : is && (!said || strcmp(is, said) == 0);
	e->other_asset = is && !e->valid ? is : NULL;
	/* Also where the list gives another asset: an address is one. */
	if (script_n > 0)
		link_entry(l->by_script, (struct span){ script, script_n },
			   &l->entry[index].next_by_script, index);
	link_entry(l->by_text, address, &l->entry[index].next_by_text, index);
}

bool lists_add(struct list_input *in, const struct list_entry *entry,
	       struct span address, struct why *why)
{
	struct lists *l = in->lists;
	struct buf repaired;

	if (l->n >= LISTS_ENTRIES_MAX) {
		status_why(why, ST_LIMIT,
			   "%s: more than %u addresses in all lists", in->path,
			   LISTS_ENTRIES_MAX);
		return false;
	}
	if ((l->n & (l->n - 1)) == 0)
		l->entry = mem_resize(l->entry, l->n ? l->n * 2 : 1,
				      sizeof(l->entry[0]));
	const uint32_t index = (uint32_t)l->n++;
	struct node *x = &l->entry[index];

	*x = (struct node){ .is = *entry,
			    .next_by_script = NO_ENTRY,
			    .next_by_text = NO_ENTRY };
	buf_init(&repaired, ADDRESS_MAX);
	x->is.repaired = address_repair(&repaired, address);
	x->is.list = own(entry->list ? entry->list : in->source->list);
	x->is.entity = own(entry->entity);
	x->is.asset = own(entry->asset);
	x->is.reference = own(entry->reference);
	x->is.label = own(entry->label);
	x->is.address =
		mem_text(repaired.p ? repaired.p : address.p, repaired.n);
	judge(l, &x->is, index, buf_span(&repaired));
	in->source->entries++;
	in->source->invalid += !x->is.valid;
	in->source->repaired += x->is.repaired;
	buf_fini(&repaired);
	return true;
}

static enum status read_whole(struct buf *out, const char *path,
			      struct stat *st, struct why *why)
{
	static const size_t step = 1u << 16;
	uint8_t block[1u << 16];
	const int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = 0;

	if (fd < 0 || fstat(fd, st) != 0) {
		status_why(why, ST_IO, "%s: %s", path, strerror(errno));
		if (fd >= 0)
			close(fd);
		return ST_IO;
	}
	while ((n = read(fd, block, step)) > 0) {
		if (!buf_add(out, block, (size_t)n))
			break;
	}
	if (n < 0)
		status_why(why, ST_IO, "%s: %s", path, strerror(errno));
	close(fd);
	if (out->full)
		return status_why(why, ST_LIMIT, "%s: larger than %u bytes",
				  path, LIST_FILE_MAX);
	return n < 0 ? ST_IO : ST_OK;
}

enum status lists_parse(struct lists *l, const char *path, struct span text,
			struct ts published, struct why *why)
{
	const struct list_format *format = list_format_of(path, text);
	struct list_source *source;

	if (!format)
		return status_why(why, ST_BAD,
				  "%s: not a list of a known format; "
				  "docs/lists.md has them",
				  path);
	l->source =
		mem_resize(l->source, l->num_sources + 1, sizeof(l->source[0]));
	source = &l->source[l->num_sources++];
	*source = (struct list_source){
		.path = own(path),
		.list = own(format->name),
		.published = published,
	};
	struct list_input in = { path, text, source, l };

	return format->read(&in, why);
}

enum status lists_read(struct lists *l, const char *path, struct why *why)
{
	struct buf text;
	struct stat st;
	enum status status;

	buf_init(&text, LIST_FILE_MAX);
	status = read_whole(&text, path, &st, why);
	if (status == ST_OK)
		status = lists_parse(
			l, path, buf_span(&text),
			(struct ts){ st.st_mtim.tv_sec * INT64_C(1000000000) +
				     st.st_mtim.tv_nsec },
			why);
	buf_fini(&text);
	return status;
}

size_t lists_sources(const struct lists *l)
{
	return l->num_sources;
}

const struct list_source *lists_source(const struct lists *l, size_t i)
{
	return &l->source[i];
}

size_t lists_count(const struct lists *l)
{
	return l->n;
}

const struct list_entry *lists_entry(const struct lists *l, size_t i)
{
	return &l->entry[i].is;
}

/* From the last to the first, turned round. */
static size_t gather(size_t *out, size_t room, const struct lists *l,
		     const uint64_t *head, bool by_script)
{
	size_t n = 0;

	for (uint32_t i = head ? (uint32_t)*head : NO_ENTRY; i != NO_ENTRY;
	     i = by_script ? l->entry[i].next_by_script
			   : l->entry[i].next_by_text) {
		if (n < room)
			out[n] = i;
		n++;
	}
	for (size_t i = 0, kept = n < room ? n : room; i < kept / 2; i++) {
		const size_t swap = out[i];

		out[i] = out[kept - 1 - i];
		out[kept - 1 - i] = swap;
	}
	return n;
}

size_t lists_by_script(size_t *out, size_t room, const struct lists *l,
		       struct span script)
{
	uint8_t place[ADDRESS_KEY_SCRIPT];

	return gather(out, room, l,
		      map_find(l->by_script, address_canonical(place, script)),
		      true);
}

size_t lists_by_text(size_t *out, size_t room, const struct lists *l,
		     struct span address)
{
	return gather(out, room, l, map_find(l->by_text, address), false);
}

bool lists_service(const struct lists *l, struct span script)
{
	uint8_t place[ADDRESS_KEY_SCRIPT];
	const uint64_t *head =
		map_find(l->by_script, address_canonical(place, script));

	for (uint32_t i = head ? (uint32_t)*head : NO_ENTRY; i != NO_ENTRY;
	     i = l->entry[i].next_by_script) {
		if (l->entry[i].is.kind != LIST_OTHER)
			return true;
	}
	return false;
}
