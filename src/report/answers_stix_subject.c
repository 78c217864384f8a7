#include <string.h>

#include "report/answers_note.h"
#include "report/answers_stix_private.h"
#include "report/report_private.h"

/* A name of ours in front of one that was captured. */
static void name_member(struct stix *s, const char *what, const char *name)
{
	struct buf text;

	buf_init(&text, 1u << 20);
	buf_printf(&text, "%s%s%s", answers_note_simulated(s->x.a), what,
		   answers_stix_safe(s, name));
	report_key_text(&s->x.w, "name", buf_str(&text));
	buf_fini(&text);
}

static void seen_members(struct stix *s, const struct subject *x)
{
	answers_stix_time(&s->x.w, "first_seen", x->first);
	answers_stix_time(&s->x.w, "last_seen", x->last);
}

static void miner_id(struct stix *s, struct stix_id *id, const char *ip)
{
	char key[128];

	(void)snprintf(key, sizeof(key), "miner|%.100s", ip);
	answers_stix_name(s, id, "infrastructure", key);
}

/* What a session's server is known by: its pool, else its address. */
static bool pool(struct stix *s, struct stix_id *id, const struct finding *f)
{
	const char *known = f->identity.pool, *ip = f->session.server_ip;
	char key[256];

	if (!known && !ip)
		return false;
	(void)snprintf(key, sizeof(key), "%s|%.200s", known ? "pool" : "server",
		       known ? known : ip);
	if (answers_stix_object(s, id, "infrastructure", key)) {
		answers_stix_grade(s, finding_standing(f));
		name_member(s, known ? "Mining pool " : "Mining server ",
			    known ? known : ip);
		answers_stix_list(&s->x.w, "infrastructure_types",
				  "mining-pool");
		answers_stix_close(s);
	}
	return true;
}

static void pool_of(struct stix *s, const struct finding *f,
		    const struct stix_id *miner)
{
	struct stix_id id, part;

	if (!pool(s, &id, f))
		return;
	if (answers_stix_address(s, &part, f->session.server_ip))
		answers_stix_relate(s, &id, "consists-of", &part);
	if (answers_stix_domain(s, &part, f->session.host))
		answers_stix_relate(s, &id, "consists-of", &part);
	answers_stix_relate(s, miner, "communicates-with", &id);
}

/* The note that tells a subject's figures; about: what it is of. */
static void note(struct stix *s, const struct subject *x,
		 const struct stix_id *about)
{
	struct json_writer *w = &s->x.w;
	struct stix_id id;
	struct buf text;

	if (!answers_stix_object(s, &id, "note", about->text))
		return;
	buf_init(&text, 1u << 20);
	answers_note_subject(&text, s->x.a, x, "\n");
	answers_stix_grade(s, x->grade);
	report_key_text(w, "abstract",
			s->x.a->simulated ? "Simulated figures" : "Figures");
	report_key_text(w, "content", buf_str(&text));
	answers_stix_list(w, "authors", "assay");
	answers_stix_list(w, "object_refs", about->text);
	answers_stix_close(s);
	buf_fini(&text);
}

static void miner(struct stix *s, const struct subject *x)
{
	struct stix_id id, address;
	char key[128];

	(void)snprintf(key, sizeof(key), "miner|%.100s", x->name);
	if (!answers_stix_object(s, &id, "infrastructure", key))
		return;
	answers_stix_grade(s, x->grade);
	name_member(s, "Miner at ", x->name);
	answers_stix_list(&s->x.w, "infrastructure_types", "miner");
	seen_members(s, x);
	answers_stix_close(s);
	if (answers_stix_address(s, &address, x->name))
		answers_stix_relate(s, &id, "consists-of", &address);
	for (size_t i = 0; i < x->num_members; i++)
		pool_of(s, x->member[i], &id);
	note(s, x, &id);
}

/* Was an object of that id written? */
static bool written(const struct stix *s, const struct stix_id *id)
{
	return map_find(s->seen, (struct span){ (const uint8_t *)id->text,
						strlen(id->text) }) != NULL;
}

static void site(struct stix *s, const struct subject *x)
{
	struct stix_id id, part;
	struct buf key;

	buf_init(&key, 1u << 20);
	buf_printf(&key, "site|%s", x->name);
	if (answers_stix_object(s, &id, "infrastructure", buf_str(&key))) {
		answers_stix_grade(s, x->grade);
		name_member(s, "Mining site ", x->name);
		answers_stix_list(&s->x.w, "infrastructure_types",
				  "mining-site");
		seen_members(s, x);
		answers_stix_close(s);
	}
	for (size_t i = 0; i < x->num_members; i++) {
		const char *ip = x->member[i]->session.client_ip;

		miner_id(s, &part, ip ? ip : "");
		if (written(s, &part))
			answers_stix_relate(s, &id, "consists-of", &part);
	}
	note(s, x, &id);
	buf_fini(&key);
}

/* Is there anything that a grouping of x could refer to? */
static bool shown(struct stix *s, const struct subject *x)
{
	struct stix_id part;

	for (size_t i = 0; i < x->num_members; i++) {
		answers_stix_session_id(s, &part, x->member[i]);
		if (written(s, &part))
			return true;
	}
	return false;
}

/* The sessions of a subject as one object. */
static void sessions(struct stix *s, const struct subject *x, const char *what,
		     const char *key)
{
	struct json_writer *w = &s->x.w;
	struct stix_id id, part, account = { "" };

	if (x->kind == SUBJECT_WORKER)
		(void)answers_stix_account(s, &account, x->name);
	if (!shown(s, x) || !answers_stix_object(s, &id, "grouping", key))
		return;
	answers_stix_grade(s, x->grade);
	name_member(s, what, x->kind == SUBJECT_ALL ? "" : x->name);
	report_key_text(w, "context", "unspecified");
	report_key_begin(w, "object_refs", '[');
	if (account.text[0])
		json_write_text(w, account.text);
	for (size_t i = 0; i < x->num_members; i++) {
		answers_stix_session_id(s, &part, x->member[i]);
		if (written(s, &part))
			json_write_text(w, part.text);
	}
	json_write_end(w, ']');
	answers_stix_close(s);
	note(s, x, &id);
}

void answers_stix_subject(struct stix *s, const struct subject *x)
{
	struct buf key;

	switch (x->kind) {
	case SUBJECT_ALL:
		sessions(s, x, "All mining that was found", "all");
		break;
	case SUBJECT_SITE:
		site(s, x);
		break;
	case SUBJECT_MINER:
		miner(s, x);
		break;
	case SUBJECT_WORKER:
		buf_init(&key, 1u << 20);
		buf_printf(&key, "worker|%s", x->name);
		sessions(s, x, "Sessions of the user ", buf_str(&key));
		buf_fini(&key);
		break;
	}
}
