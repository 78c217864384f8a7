#include <string.h>

#include "report/answers_stix_private.h"
#include "report/report_private.h"

/* Public definition of an observable for wallets, which others read, too:
 * github.com/muchdogesec/stix2extensions, extension-definitions. */
#define WALLET        "extension-definition--be78509e-6958-51b1-8b26-d17ee0eba2d7"
#define WALLET_AUTHOR "identity--9779a2db-f98c-5f4b-8d08-8ee04e02dbb5"
#define WALLET_SCHEMA                                                          \
	"https://raw.githubusercontent.com/muchdogesec/stix2extensions/main/"  \
	"automodel_generated/schemas/scos/cryptocurrency-wallet.json"

static void value_member(struct json_writer *w, const void *text)
{
	report_key_text(w, "value", text);
}

bool answers_stix_address(struct stix *s, struct stix_id *id, const char *ip)
{
	id->text[0] = '\0';
	if (!answers_is_address(ip))
		return false;
	if (answers_stix_observable(s, id,
				    strchr(ip, ':') ? "ipv6-addr" : "ipv4-addr",
				    value_member, ip))
		answers_stix_close(s);
	return true;
}

bool answers_stix_domain(struct stix *s, struct stix_id *id, const char *name)
{
	id->text[0] = '\0';
	if (!answers_is_domain(name))
		return false;
	if (answers_stix_observable(s, id, "domain-name", value_member, name))
		answers_stix_close(s);
	return true;
}

static void account_members(struct json_writer *w, const void *name)
{
	report_key_text(w, "account_login", name);
	report_key_text(w, "account_type", "mining-pool");
}

bool answers_stix_account(struct stix *s, struct stix_id *id, const char *name)
{
	id->text[0] = '\0';
	if (!name || !*name)
		return false;
	if (answers_stix_observable(s, id, "user-account", account_members,
				    answers_stix_safe(s, name)))
		answers_stix_close(s);
	return true;
}

static void software_members(struct json_writer *w, const void *name)
{
	report_key_text(w, "name", name);
}

bool answers_stix_software(struct stix *s, struct stix_id *id, const char *name)
{
	id->text[0] = '\0';
	if (!name || !*name)
		return false;
	if (answers_stix_observable(s, id, "software", software_members,
				    answers_stix_safe(s, name)))
		answers_stix_close(s);
	return true;
}

/* Its definition is not ours: author and times are as published. */
static void define_wallet(struct stix *s)
{
	struct json_writer *w = &s->x.w;
	const struct span key = { (const uint8_t *)WALLET, strlen(WALLET) };
	bool fresh = false;

	if (!map_put(s->seen, key, &fresh) || !fresh)
		return;
	buf_text(&s->ids, WALLET "\n");
	json_write_begin(w, '{');
	report_key_text(w, "type", "extension-definition");
	report_key_text(w, "spec_version", "2.1");
	report_key_text(w, "id", WALLET);
	report_key_text(w, "created_by_ref", WALLET_AUTHOR);
	report_key_text(w, "created", "2020-01-01T00:00:00.000Z");
	report_key_text(w, "modified", "2020-01-01T00:00:00.000Z");
	report_key_text(w, "name", "CryptocurrencyWallet");
	report_key_text(w, "schema", WALLET_SCHEMA);
	report_key_text(w, "version", "1.0");
	answers_stix_list(w, "extension_types", "new-sco");
	answers_stix_close(s);
}

bool answers_stix_wallet(struct stix *s, struct stix_id *id,
			 const char *address)
{
	struct json_writer *w = &s->x.w;

	id->text[0] = '\0';
	if (!address || !*address)
		return false;
	define_wallet(s);
	if (!answers_stix_observable(s, id, "cryptocurrency-wallet",
				     value_member,
				     answers_stix_safe(s, address)))
		return true;
	report_key_begin(w, "extensions", '{');
	report_key_begin(w, WALLET, '{');
	report_key_text(w, "extension_type", "new-sco");
	json_write_end(w, '}');
	json_write_end(w, '}');
	answers_stix_close(s);
	return true;
}

struct file {
	const char *name; /* made safe, or NULL */
	const struct assessment_input *in;
};

static void file_members(struct json_writer *w, const void *what)
{
	const struct file *f = what;

	if (f->in->has_sha256) {
		report_key_begin(w, "hashes", '{');
		json_write_key(w, "SHA-256");
		json_write_hex(w, (struct span){ f->in->sha256, 32 });
		json_write_end(w, '}');
	}
	if (f->name)
		report_key_text(w, "name", f->name);
}

void answers_stix_file(struct stix *s, const struct assessment_input *in)
{
	const struct file f = { in->name && *in->name
					? answers_stix_safe(s, in->name)
					: NULL,
				in };
	struct stix_id id;

	if (!f.name && !in->has_sha256)
		return;
	if (answers_stix_observable(s, &id, "file", file_members, &f))
		answers_stix_close(s);
}
