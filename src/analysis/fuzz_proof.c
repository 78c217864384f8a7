/* Input: what someone calls a proof.
 *
 * The properties: a reason is given for every refusal, and none for what
 * holds; of what holds, the header's SHA-256d is the hash that it names and
 * lies below the target that it names; without its last byte it holds no
 * more. */
#include <stdlib.h>
#include <string.h>

#include "analysis/verify.h"
#include "base/hex.h"
#include "base/json.h"
#include "coin/header.h"
#include "hash/sha256d.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool truth)
{
	if (!truth)
		abort();
}

static struct span member(const struct json *doc, const char *key)
{
	const struct json_node *n = json_get(doc, json_root(doc), key);

	must(n && n->type == JSON_STRING);
	return n->raw;
}

static void check_hash(struct span text)
{
	uint8_t header[HEADER_SIZE], hash[32], named[32], target[32];
	struct json doc;

	json_init(&doc, 1u << 16);
	must(json_parse(&doc, NULL, text));
	must(hex_bytes(header, sizeof(header), member(&doc, "header")));
	must(hex_bytes(named, 32, member(&doc, "hash")));
	must(hex_bytes(target, 32, member(&doc, "target")));
	must(memcmp(named, target, 32) <= 0); /* both as people write them */
	if (json_is(json_get(&doc, json_root(&doc), "algorithm"), "sha256d")) {
		sha256d(hash, header, sizeof(header));
		for (size_t i = 0; i < 32; i++)
			must(hash[i] == named[31 - i]);
	}
	json_fini(&doc);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct span text = { data, size };
	struct why why = { "" };

	if (!verify_proof(text, &why)) {
		must(why.text[0] != '\0');
		return 0;
	}
	must(why.text[0] == '\0');
	check_hash(text);
	if (data[size - 1] == '}')
		must(!verify_proof((struct span){ data, size - 1 }, NULL));
	return 0;
}
