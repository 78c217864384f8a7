/* Coins that use Stratum's names and are not read: recognised, so that their
 * jobs and shares are not taken for Bitcoin's. */
#include "proto/stratum1_private.h"

static bool is_array(const struct json *doc, const struct json_node *params,
		     uint32_t i)
{
	const struct json_node *node = json_at(doc, params, i);

	return node && node->type == JSON_ARRAY;
}

static bool is_bool(const struct json *doc, const struct json_node *params,
		    uint32_t i)
{
	const struct json_node *node = json_at(doc, params, i);

	return node && (node->type == JSON_TRUE || node->type == JSON_FALSE);
}

static bool begins(const struct json_node *node, const char *digits)
{
	for (size_t i = 0; digits[i]; i++) {
		if (i >= node->raw.n || node->raw.p[i] != (uint8_t)digits[i])
			return false;
	}
	return true;
}

/* Decred: Bitcoin's parameters, where coinb1 is the header from the merkle root
 * on (108 bytes) and coinb2 at most the stake version. A transaction of that
 * form would begin with its version. */
static bool is_decred(const struct json *doc, const struct json_node *params)
{
	const struct json_node *branches = json_at(doc, params, 4);
	const struct json_node *middle = json_at(doc, params, 2);

	return params->n >= 8 && is_array(doc, params, 4) && branches->n == 0 &&
	       stratum1_shape_digits(doc, params, 2) == 216 &&
	       stratum1_shape_digits(doc, params, 3) <= 8 &&
	       !begins(middle, "01000000") && !begins(middle, "02000000");
}

/* Handshake: [id, previous, merkle root, witness root, tree root, ..], or with
 * a coinbase: [.., [branches], tree root, filter root, reserved root, version,
 * bits, time, clean] */
static bool is_handshake(const struct json *doc, const struct json_node *params)
{
	return (params->n >= 8 && stratum1_shape_hashes(doc, params, 1, 4)) ||
	       (params->n >= 11 && is_array(doc, params, 4) &&
		stratum1_shape_hashes(doc, params, 5, 7));
}

/* Kaspa: [id, [four 64-bit numbers], time], or [id, header hash and time] */
static bool is_kaspa(const struct json *doc, const struct json_node *params)
{
	const struct json_node *words = json_at(doc, params, 1);

	return (params->n == 3 && is_array(doc, params, 1) && words->n == 4) ||
	       (params->n == 2 && stratum1_shape_digits(doc, params, 1) == 80);
}

/* KawPow (Ravencoin): [id, header hash, seed hash, target, clean, height, bits]
 */
static bool is_kawpow(const struct json *doc, const struct json_node *params)
{
	return params->n >= 6 && stratum1_shape_hashes(doc, params, 1, 3) &&
	       is_bool(doc, params, 4);
}

/* Sia: Bitcoin's parameters, with a time of 8 bytes, least significant first */
static bool is_sia(const struct json *doc, const struct json_node *params)
{
	return params->n >= 8 && is_array(doc, params, 4) &&
	       stratum1_shape_digits(doc, params, 7) == 16 &&
	       !begins(json_at(doc, params, 7), "00000000");
}

static bool is_sia_share(const struct json *doc, const struct json_node *params)
{
	return params->n >= 5 && stratum1_shape_digits(doc, params, 3) == 16 &&
	       stratum1_shape_digits(doc, params, 4) == 16;
}

/* VerusHash: Zcash's parameters, and a template of the solution */
static bool is_verus(const struct json *doc, const struct json_node *params)
{
	return params->n >= 9 && stratum1_shape_digits(doc, params, 1) == 8 &&
	       stratum1_shape_hashes(doc, params, 2, 4) &&
	       stratum1_shape_digits(doc, params, 8) >= 64;
}

const struct stratum1_shape stratum1_decred = {
	.dialect = "stratum-decred",
	.is_job = is_decred,
};

const struct stratum1_shape stratum1_handshake = {
	.dialect = "stratum-handshake",
	.is_job = is_handshake,
};

const struct stratum1_shape stratum1_kaspa = {
	.dialect = "stratum-kaspa",
	.is_job = is_kaspa,
};

const struct stratum1_shape stratum1_kawpow = {
	.dialect = "stratum-kawpow",
	.is_job = is_kawpow,
};

const struct stratum1_shape stratum1_sia = {
	.dialect = "stratum-sia",
	.is_job = is_sia,
	.is_share = is_sia_share,
};

const struct stratum1_shape stratum1_verus = {
	.dialect = "stratum-verus",
	.is_job = is_verus,
};

const struct stratum1_shape stratum1_other = {
	.dialect = "stratum-other",
};
