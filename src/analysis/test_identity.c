#include "analysis/identity.h"

#include <string.h>

#include "analysis/test_analysis_sample.h"
#include "track/test_track_sample.h"

#define A     "aaaaaaaaaaaaaaaa"
#define NBITS 0x1b04864cu /* Bitcoin's at height 100,000 */

/* A store with one session and one share (4 bytes of extranonce2). */
static struct store *begin(enum fact_algorithm algorithm)
{
	struct store *s = sample_store();
	struct fact_share f = { .session = A,
				.position = 10,
				.input = 1,
				.time = AT(1001),
				.worker = TRACK_SPAN("w"),
				.extranonce2 = TRACK_EXTRANONCE2,
				.proof = FACT_HIGH };

	sample_session(s, A, "10.0.0.1", algorithm);
	OK(store_share(s, &f) == ST_OK);
	return s;
}

static void add_job(struct store *s, uint32_t position, uint32_t nbits,
		    uint32_t version, struct span coinbase2)
{
	const struct event_job job = track_job("a");
	struct fact_job f = { .session = A,
			      .position = position,
			      .time = AT(1000 + position),
			      .input = 1,
			      .extranonce1 = TRACK_EXTRANONCE1,
			      .extranonce1_source = FACT_SUBSCRIBE,
			      .coinbase1 = job.coinbase1,
			      .coinbase2 = coinbase2,
			      .version = version,
			      .nbits = nbits };

	OK(store_job(s, &f) == ST_OK);
}

static void add_worker(struct store *s, const char *name)
{
	OK(store_worker(s, A, sample_text(name)) == ST_OK);
}

static struct identity read(struct store *s, enum fact_algorithm algorithm,
			    const char *host, const char *network)
{
	const struct fact_session f = { .id = A,
					.algorithm = algorithm,
					.host = host };
	struct identity out;

	OK(identity_of_session(&out, s, &f,
			       network ? network_named(network) : NULL) ==
	   ST_OK);
	return out;
}

static bool is_network(const struct identity *i, const char *name)
{
	return name ? i->network && strcmp(i->network->name, name) == 0
		    : !i->network;
}

static bool pays(const struct identity *i, uint32_t at, const char *network)
{
	/* The script of the made-up coinbase. */
	static const uint8_t script[] = "\x76\xa9\x14"
					"abcdefghijklmnopqrst"
					"\x88\xac";
	char address[ADDRESS_TEXT];

	if (!network)
		return i->payout[at].address[0] == '\0';
	address_of_script(address, (struct span){ script, sizeof(script) - 1 },
			  network_named(network));
	return strcmp(i->payout[at].address, address) == 0;
}

static const struct vector {
	const char *name;
	enum fact_algorithm algorithm;
	uint32_t nbits, version;
	const char *override, *network, *format;
	bool not_btc;
	uint32_t height;
} vectors[] = {
	{ "Bitcoin's nBits of that height", FACT_SHA256D, NBITS, 2, NULL,
	  "main", "main", false, 100000 },
	{ "the same without any proof", FACT_NO_ALGORITHM, NBITS, 2, NULL,
	  "main", "main", false, 100000 },
	{ "other nBits", FACT_SHA256D, 0x1b04864d, 2, NULL, NULL, "main", true,
	  100000 },
	{ "other nBits without any proof", FACT_NO_ALGORITHM, 0x1b04864d, 2,
	  NULL, NULL, NULL, true, 100000 },
	{ "a version without a height", FACT_SHA256D, NBITS, 1, NULL, NULL,
	  "main", false, 0 },
	{ "a target above mainnet's limit", FACT_SHA256D, TRACK_NBITS, 2, NULL,
	  "regtest", "regtest", false, 100000 },
	{ "the same of an unknown algorithm", FACT_NO_ALGORITHM, TRACK_NBITS, 2,
	  NULL, NULL, NULL, false, 100000 },
	{ "scrypt: these rules say nothing", FACT_SCRYPT, 0x1e0fffff, 2, NULL,
	  NULL, NULL, false, 100000 },
	{ "scrypt, nBits of Bitcoin", FACT_SCRYPT, NBITS, 2, NULL, NULL, NULL,
	  false, 100000 },
	{ "scrypt, and the user knows", FACT_SCRYPT, 0x1e0fffff, 2, "ltc",
	  "ltc", "ltc", false, 100000 },
	{ "the user knows better", FACT_SHA256D, NBITS, 2, "test", "test",
	  "test", false, 100000 },
};

static void test_network(void)
{
	for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
		const struct vector *v = &vectors[i];
		struct store *s = begin(v->algorithm);

		printf("# %s\n", v->name);
		add_job(s, 20, v->nbits, v->version,
			TRACK_SPAN(TRACK_COINBASE2));
		struct identity x = read(s, v->algorithm, NULL, v->override);

		OK(is_network(&x, v->network) && x.not_btc == v->not_btc);
		OK(x.height_first == v->height && x.height_last == v->height);
		OK(x.num_payouts == 1 && pays(&x, 0, v->format));
		OK(x.nbits == v->nbits && x.network_difficulty > 0);
		identity_fini(&x);
		store_close(s, NULL);
	}
}

/* A job whose coinbase cannot be read takes nothing back. */
static void test_jobs(void)
{
	struct store *s = begin(FACT_SHA256D);
	struct identity x;

	add_job(s, 20, NBITS, 2, TRACK_SPAN(TRACK_COINBASE2));
	add_job(s, 30, NBITS, 2, TRACK_SPAN("broken"));
	x = read(s, FACT_SHA256D, NULL, NULL);
	OK(is_network(&x, "main") && x.jobs == 2);
	OK(x.reward == UINT64_C(5000000000) && x.num_payouts == 1);
	OK(x.payout[0].sat == x.reward && x.payout[0].portion == 1);
	OK(x.payout[0].kind == ADDRESS_P2PKH);
	OK(strcmp(x.tag, "/made/up") == 0 && !x.pool);
	OK(strcmp(x.client_role, "miner") == 0);
	OK(strcmp(x.server_role, "pool") == 0);
	identity_fini(&x);
	store_close(s, NULL);
}

static void test_pool(void)
{
	struct store *s = begin(FACT_SHA256D);
	struct identity x;
	uint8_t tagged[sizeof(TRACK_COINBASE2) - 1];

	memcpy(tagged, TRACK_COINBASE2, sizeof(tagged));
	memcpy(tagged, "/slush/x", 8);
	add_job(s, 20, NBITS, 2, (struct span){ tagged, sizeof(tagged) });
	x = read(s, FACT_SHA256D, "nowhere.example", NULL);
	OK(x.pool && strcmp(x.pool_source, "coinbase tag") == 0);
	identity_fini(&x);
	store_close(s, NULL);
}

/* Several outputs, one of them twice, one that pays nobody. */
static void test_outputs(void)
{
	static const char coinbase2[] =
		"/made/up\xff\xff\xff\xff\x04"
		"\x00\xe1\xf5\x05\0\0\0\0\x19\x76\xa9\x14"
		"abcdefghijklmnopqrst"
		"\x88\xac"
		"\x00\xe1\xf5\x05\0\0\0\0\x19\x76\xa9\x14"
		"ABCDEFGHIJKLMNOPQRST"
		"\x88\xac"
		"\0\0\0\0\0\0\0\0\x02\x6a\0"
		"\x00\xc2\xeb\x0b\0\0\0\0\x01\x51"
		"\0\0\0\0";
	struct store *s = begin(FACT_SHA256D);
	struct identity x;

	add_job(s, 20, NBITS, 2,
		(struct span){ (const uint8_t *)coinbase2,
			       sizeof(coinbase2) - 1 });
	add_job(s, 30, NBITS, 2, TRACK_SPAN(TRACK_COINBASE2));
	x = read(s, FACT_SHA256D, NULL, NULL);
	OK(x.num_payouts == 3 && pays(&x, 0, "main"));
	/* The latest job that pays it. */
	OK(x.payout[0].sat == UINT64_C(5000000000));
	OK(x.payout[1].sat == 100000000 && x.payout[1].portion == 0.25);
	OK(x.payout[2].sat == 200000000 && !x.payout[2].address[0]);
	identity_fini(&x);
	store_close(s, NULL);
}

/* The same script twice in one job is one payout of both; two scripts without
 * an address are two. */
static void test_outputs_apart(void)
{
	static const char coinbase2[] = "/made/up\xff\xff\xff\xff\x04"
					"\x01\0\0\0\0\0\0\0\x01\x51"
					"\x02\0\0\0\0\0\0\0\x01\x52"
					"\x04\0\0\0\0\0\0\0\x01\x51"
					"\x01\0\0\0\0\0\0\0\x01\x53"
					"\0\0\0\0";
	const struct span all = { (const uint8_t *)coinbase2,
				  sizeof(coinbase2) - 1 };
	struct store *s = begin(FACT_SHA256D);
	struct identity x;

	add_job(s, 20, NBITS, 2, all);
	add_job(s, 30, NBITS, 2, all);
	x = read(s, FACT_SHA256D, NULL, NULL);
	OK(x.num_payouts == 3 && x.reward == 8);
	OK(x.payout[0].sat == 5 && x.payout[0].portion == 0.625);
	OK(x.payout[0].script_n == 1 && x.payout[0].script[0] == 0x51);
	OK(x.payout[1].sat == 2 && x.payout[2].sat == 1);
	identity_fini(&x);
	store_close(s, NULL);
}

static void test_account(void)
{
	struct store *s = begin(FACT_SHA256D);
	struct identity x;

	add_worker(s, "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb.rig"); /* checksum */
	x = read(s, FACT_SHA256D, NULL, NULL);
	OK(!x.account[0] && strcmp(x.client_role, "miner") == 0);
	OK(!x.server_role && x.jobs == 0 && !x.network && x.reward == 0);
	identity_fini(&x);
	/* The address of the genesis block's coinbase. */
	add_worker(s, "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa.rig1");
	x = read(s, FACT_SHA256D, NULL, NULL);
	OK(strcmp(x.account, "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa") == 0);
	OK(strcmp(x.client_role, "miner") == 0); /* a name is no machine */
	identity_fini(&x);
	store_close(s, NULL);
}

static void add_verdict(struct store *s, uint32_t position, const char *worker,
			enum fact_verdict verdict)
{
	struct fact_share f = { .session = A,
				.position = position,
				.input = 1,
				.time = AT(1000 + position),
				.extranonce2 = TRACK_EXTRANONCE2,
				.proof = FACT_HIGH,
				.verdict = verdict };

	f.worker = (struct span){ (const uint8_t *)worker, strlen(worker) };
	OK(store_share(s, &f) == ST_OK);
}

/* Credit under several names on one connection makes a proxy; a name that is
 * refused does not. */
static void test_roles(void)
{
	struct store *s = begin(FACT_SHA256D);
	struct identity x;

	add_verdict(s, 40, "farm.1", FACT_ACCEPTED);
	add_verdict(s, 41, "farm.1", FACT_ACCEPTED);
	add_verdict(s, 42, "nobody", FACT_REJECTED);
	x = read(s, FACT_SHA256D, NULL, NULL);
	OK(strcmp(x.client_role, "miner") == 0);
	identity_fini(&x);
	add_verdict(s, 43, "farm.2", FACT_ACCEPTED);
	x = read(s, FACT_SHA256D, NULL, NULL);
	OK(strcmp(x.client_role, "proxy") == 0);
	identity_fini(&x);
	store_close(s, NULL);
}

/* The made-up coinbase with 44 bytes more in its script. */
static uint32_t merged(const char *tag)
{
	static uint8_t coinbase1[200];
	const struct span usual = TRACK_SPAN(TRACK_COINBASE1);
	struct store *s = begin(FACT_SHA256D);
	struct fact_job f = { .session = A,
			      .position = 20,
			      .time = AT(1000),
			      .input = 1,
			      .extranonce1 = TRACK_EXTRANONCE1,
			      .extranonce1_source = FACT_SUBSCRIBE,
			      .coinbase2 = TRACK_SPAN(TRACK_COINBASE2),
			      .version = 2,
			      .nbits = NBITS };
	struct identity x;

	memcpy(coinbase1, usual.p, usual.n);
	coinbase1[41] += 44;
	memcpy(coinbase1 + usual.n, tag, 44);
	f.coinbase1 = (struct span){ coinbase1, usual.n + 44 };
	OK(store_job(s, &f) == ST_OK);
	x = read(s, FACT_SHA256D, NULL, NULL);
	OK(x.jobs == 1 && x.height_last == 100000);
	const uint32_t chains = x.merged_chains;

	identity_fini(&x);
	store_close(s, NULL);
	return chains;
}

#define ROOT "12345678901234567890123456789012"

static void test_merged(void)
{
	OK(merged("\xfa\xbe\x6d\x6d" ROOT "\x08\0\0\0\0\0\0\0") == 8);
	OK(merged("\xfa\xbe\x6d\x6d" ROOT "\x01\0\0\0\x09\0\0\0") == 1);
	/* Slots are a power of two; another magic is none. */
	OK(merged("\xfa\xbe\x6d\x6d" ROOT "\x06\0\0\0\0\0\0\0") == 0);
	OK(merged("\xfa\xbe\x6d\x6d" ROOT "\0\0\0\0\0\0\0\0") == 0);
	OK(merged("\xfa\xbe\x6d\x6d" ROOT "\0\0\0\x80\0\0\0\0") == 0);
	OK(merged("\xfa\xbe\x6d\x6e" ROOT "\x08\0\0\0\0\0\0\0") == 0);
}

/* Monero's work has a height and a name for its kind, and no coinbase. */
static void test_other_work(void)
{
	static const uint8_t target[32] = { 1 };
	struct store *s = begin(FACT_CRYPTONIGHT);
	struct fact_job f = { .session = A,
			      .position = 20,
			      .time = AT(1000),
			      .input = 1,
			      .algorithm = FACT_CRYPTONIGHT,
			      .variant = TRACK_SPAN("rx/0"),
			      .coinbase1 = TRACK_SPAN(TRACK_COINBASE1),
			      .target = { target, 32 },
			      .height = 3000000 };
	struct identity x;

	OK(store_job(s, &f) == ST_OK);
	f.position = 30;
	f.time = AT(1001);
	f.height = 3000001;
	f.variant = TRACK_SPAN("a name of thirty-two characters.");
	OK(store_job(s, &f) == ST_OK);
	x = read(s, FACT_CRYPTONIGHT, NULL, NULL);
	OK(x.height_first == 3000000 && x.height_last == 3000001);
	OK(strcmp(x.variant, "rx/0") == 0); /* the other one is too long */
	OK(!x.network && !x.not_btc && x.nbits == 0 && x.num_payouts == 0);
	OK(strcmp(x.server_role, "pool") == 0 && x.jobs == 2);
	identity_fini(&x);
	store_close(s, NULL);
}

/* Who asks whom for what: the demand tells a node from a pool. */
static void test_server_roles(void)
{
	static const struct {
		const char *dialect;
		const char *demand; /* "": none */
		uint64_t other_calls;
		bool share, shown;
		const char *client, *server;
	} roles[] = {
		/* clang-format off */
		{ "getblocktemplate", "1", 0, true, false, "miner", "node" },
		{ "getblocktemplate", "0.5", 0, true, false, "miner", "pool" },
		{ "getblocktemplate", "1", 0, false, false, NULL, "node" },
		{ "getblocktemplate", "1", 3, false, false, "poller", "node" },
		{ "getwork", "1", 0, true, false, "miner", "node" },
		{ "getwork", "0.5", 0, true, false, "miner", "pool" },
		{ "getwork", "", 0, true, true, "miner", NULL },
		{ "eth-getwork", "0.5", 0, true, false, "miner", NULL },
		{ "monero-daemon", "0.5", 0, false, false, NULL, "node" },
		{ "stratum-v1", "0.5", 0, true, false, "miner", "pool" },
		{ "bitcoin-p2p", "1", 0, true, false, "node", "node" },
		/* clang-format on */
	};

	for (size_t i = 0; i < sizeof(roles) / sizeof(roles[0]); i++) {
		struct store *s = sample_store();
		const struct fact_session session = {
			.id = A,
			.dialect = roles[i].dialect,
			.other_calls = roles[i].other_calls,
		};
		struct fact_job job = { .session = A,
					.position = 10,
					.time = AT(1000),
					.input = 1,
					.version = 2,
					.nbits = 0x1d00ffff };
		const struct fact_share share = {
			.session = A,
			.position = 10,
			.time = AT(1000),
			.input = 1,
			.has_job = true,
			.job_position = roles[i].shown ? 10 + FACT_SHOWN : 5,
			.proof = FACT_HIGH
		};
		uint8_t raw[32];
		struct identity x;
		struct target t;

		sample_session(s, A, "10.0.0.1", FACT_SHA256D);
		if (target_from_difficulty(&t, sample_text(roles[i].demand),
					   TARGET_SHA256D)) {
			target_write(raw, &t);
			job.target = (struct span){ raw, 32 };
		}
		OK(store_job(s, &job) == ST_OK);
		if (roles[i].share)
			OK(store_share(s, &share) == ST_OK);
		OK(identity_of_session(&x, s, &session, NULL) == ST_OK);
		printf("# %s at %s\n", roles[i].dialect, roles[i].demand);
		OK(!x.client_role == !roles[i].client &&
		   (!x.client_role ||
		    strcmp(x.client_role, roles[i].client) == 0));
		OK(!x.server_role == !roles[i].server &&
		   (!x.server_role ||
		    strcmp(x.server_role, roles[i].server) == 0));
		OK(x.jobs == 1 && x.jobs_shown == roles[i].shown);
		identity_fini(&x);
		store_close(s, NULL);
	}
}

/* A case that someone else wrote. */
static void test_hostile(void)
{
	static const uint8_t large[5000];
	struct store *s = begin(FACT_SHA256D);
	const struct event_job job = track_job("a");
	struct fact_job f = { .session = A,
			      .position = 20,
			      .time = AT(1000),
			      .input = 1,
			      .extranonce1 = { large, sizeof(large) },
			      .extranonce1_source = FACT_SUBSCRIBE,
			      .coinbase1 = job.coinbase1,
			      .coinbase2 = job.coinbase2 };
	struct fact_share share = { .session = A,
				    .position = 1,
				    .input = 1,
				    .time = AT(1),
				    .extranonce2 = { large, sizeof(large) },
				    .proof = FACT_HIGH };
	struct identity x;

	OK(store_job(s, &f) == ST_OK);
	x = read(s, FACT_SHA256D, NULL, NULL);
	OK(x.jobs == 1 && x.reward == 0);
	identity_fini(&x);
	OK(store_share(s, &share) == ST_OK);
	add_job(s, 30, NBITS, 2, TRACK_SPAN(TRACK_COINBASE2));
	x = read(s, FACT_SHA256D, NULL, NULL);
	OK(x.jobs == 2 && x.reward == 0);
	identity_fini(&x);
	store_close(s, NULL);
}

int main(void)
{
	test_network();
	test_jobs();
	test_pool();
	test_outputs();
	test_outputs_apart();
	test_account();
	test_roles();
	test_merged();
	test_other_work();
	test_server_roles();
	test_hostile();
	return tap_end();
}
