#include "proto/test_tls_make.h"
#include "proto/test_tls_read.h"

/* A connection that is written and read at once. */
struct wire {
	struct make make;
	struct reading x;
	struct buf out; /* what was written and not yet sent */
};

static void send(struct wire *w, int from)
{
	reading_feed(&w->x, from, w->out.p, w->out.n);
	buf_clear(&w->out);
}

static void lose(struct wire *w, int from)
{
	reading_gap(&w->x, from, w->out.n);
	buf_clear(&w->out);
}

static void say(struct wire *w, int from, const char *text)
{
	make_sealed(&w->make, &w->out, from, TLS_APPLICATION, text,
		    strlen(text));
}

static void wire_init(struct wire *w, enum make_kind kind)
{
	make_init(&w->make, kind);
	reading_init(&w->x, buf_span(&w->make.keys));
	buf_init(&w->out, 1 << 24);
}

static void wire_greet(struct wire *w)
{
	make_client_hello(&w->out);
	send(w, 0);
	make_server_hello(&w->make, &w->out);
	make_finish(&w->make, &w->out, 1);
	send(w, 1);
}

static void wire_open(struct wire *w, enum make_kind kind)
{
	wire_init(w, kind);
	wire_greet(w);
	make_finish(&w->make, &w->out, 0);
	send(w, 0);
}

static void wire_close(struct wire *w)
{
	reading_fini(&w->x);
	make_fini(&w->make);
	buf_fini(&w->out);
}

static void test_lost_records(void)
{
	for (enum make_kind kind = MAKE_1_3; kind < MAKE_KINDS; kind++) {
		for (int lost = 1; lost <= TLS_TRIES_MAX; lost++) {
			struct wire w;

			wire_open(&w, kind);
			say(&w, 0, "a");
			send(&w, 0);
			for (int i = 0; i < lost; i++)
				say(&w, 0, "lost");
			lose(&w, 0);
			say(&w, 1, "other");
			send(&w, 1);
			say(&w, 0, "b");
			say(&w, 0, "c");
			send(&w, 0);
			/* As many as are tried, less the one that is there. */
			if (lost < TLS_TRIES_MAX)
				OK(says(&w.x, "0 a\n1 other\n!0 b\n0 c\n"));
			else
				OK(says(&w.x, "0 a\n1 other\n"));
			OK(tls_counts(w.x.t)->unauthentic == 0);
			wire_close(&w);
		}
	}
}

/* A gap begins and ends within records, at any byte of them. */
static void test_torn_records(void)
{
	for (enum make_kind kind = MAKE_1_3; kind < MAKE_KINDS; kind++) {
		bool good = true;

		for (size_t n = 1; n < 73; n++) {
			struct wire w;
			struct buf all;

			wire_open(&w, kind);
			for (int i = 0; i < 3; i++)
				say(&w, 0, "0123456789");
			say(&w, 0, "end");
			buf_init(&all, 1 << 16);
			buf_add(&all, w.out.p, w.out.n);
			buf_clear(&w.out);
			reading_feed(&w.x, 0, all.p, 20);
			reading_gap(&w.x, 0, n);
			reading_feed(&w.x, 0, all.p + 20 + n, all.n - 20 - n);
			const char *said = buf_str(&w.x.out);

			good = good && said[0] == '!' && w.x.in_order &&
			       strstr(said, "0 end\n");
			buf_fini(&all);
			wire_close(&w);
		}
		OK(good);
	}
}

/* Of the handshake only the hellos are there. */
static void test_lost_handshake(void)
{
	for (enum make_kind kind = MAKE_1_3; kind < MAKE_KINDS; kind++) {
		for (int updates = 0; updates < 2; updates++) {
			struct wire w;

			wire_init(&w, kind);
			make_client_hello(&w.out);
			send(&w, 0);
			make_server_hello(&w.make, &w.out);
			send(&w, 1);
			for (int from = 0; from < 2; from++) {
				make_finish(&w.make, &w.out, from);
				say(&w, from, "lost");
				if (updates && kind == MAKE_1_3)
					make_update(&w.make, &w.out, from);
				lose(&w, from);
			}
			say(&w, 0, "a");
			send(&w, 0);
			say(&w, 1, "b");
			send(&w, 1);
			OK(says(&w.x, "!0 a\n!1 b\n"));
			wire_close(&w);
		}
	}
}

/* The change to encryption is found behind a gap, and counts from 0. */
static void test_lost_certificate(void)
{
	struct wire w;
	uint8_t certificate[600] = { 11, 0, 2, 84 };

	wire_init(&w, MAKE_1_2_GCM);
	make_client_hello(&w.out);
	send(&w, 0);
	make_server_hello(&w.make, &w.out);
	send(&w, 1);
	make_plain(&w.out, TLS_HANDSHAKE, certificate, sizeof(certificate));
	reading_feed(&w.x, 1, w.out.p, 100);
	reading_gap(&w.x, 1, 200);
	reading_feed(&w.x, 1, w.out.p + 300, w.out.n - 300);
	buf_clear(&w.out);
	make_finish(&w.make, &w.out, 1);
	say(&w, 1, "a");
	send(&w, 1);
	OK(says(&w.x, "!1 a\n") && tls_status(w.x.t) == TLS_KEYED);
	wire_close(&w);
}

/* A hello is lost: nothing can be read, and that is said. */
static void test_lost_hello(void)
{
	for (int which = 0; which < 2; which++) {
		struct wire w;

		wire_init(&w, MAKE_1_3);
		make_client_hello(&w.out);
		if (which == 0)
			lose(&w, 0);
		else
			send(&w, 0);
		make_server_hello(&w.make, &w.out);
		if (which == 1)
			lose(&w, 1);
		else
			send(&w, 1);
		for (int from = 0; from < 2; from++) {
			make_finish(&w.make, &w.out, from);
			say(&w, from, "a");
			send(&w, from);
		}
		OK(w.x.out.n == 0 && tls_status(w.x.t) == TLS_NO_HELLO);
		wire_close(&w);
	}
}

static void test_updates(void)
{
	struct wire w;

	wire_open(&w, MAKE_1_3);
	for (int i = 0; i < 5; i++) {
		say(&w, 0, "a");
		make_update(&w.make, &w.out, 0);
		send(&w, 0);
		say(&w, 1, "b");
		send(&w, 1);
	}
	OK(says(&w.x, "0 a\n1 b\n0 a\n1 b\n0 a\n1 b\n0 a\n1 b\n0 a\n1 b\n"));
	/* One is lost, with what was said before and behind it. */
	say(&w, 0, "lost");
	make_update(&w.make, &w.out, 0);
	say(&w, 0, "lost");
	lose(&w, 0);
	buf_clear(&w.x.out);
	say(&w, 0, "c");
	say(&w, 0, "d");
	send(&w, 0);
	OK(says(&w.x, "!0 c\n0 d\n"));
	wire_close(&w);
}

/* A record that is not authentic: the next one is read. */
static void test_forged(void)
{
	for (enum make_kind kind = MAKE_1_3; kind < MAKE_KINDS; kind++) {
		struct wire w;
		uint8_t noise[40] = { 23, 3, 3, 0, 35 };

		wire_open(&w, kind);
		say(&w, 0, "a");
		say(&w, 0, "spoilt");
		w.out.p[w.out.n - 20] ^= 0x40;
		say(&w, 0, "b");
		buf_add(&w.out, noise, sizeof(noise)); /* was never counted */
		say(&w, 0, "c");
		send(&w, 0);
		OK(says(&w.x, "0 a\n!0 b\n!0 c\n"));
		OK(tls_counts(w.x.t)->unauthentic == 2);
		wire_close(&w);
	}
}

static void test_renegotiation(void)
{
	struct wire w;

	wire_open(&w, MAKE_1_2_CHACHA);
	say(&w, 0, "a");
	send(&w, 0);
	make_change(&w.out); /* in clear: not theirs */
	say(&w, 0, "b");
	send(&w, 0);
	OK(says(&w.x, "0 a\n!0 b\n") && tls_status(w.x.t) == TLS_KEYED);
	make_sealed(&w.make, &w.out, 0, TLS_CHANGE_CIPHER, "\1", 1);
	say(&w, 0, "c");
	send(&w, 0);
	OK(says(&w.x, "0 a\n!0 b\n"));
	OK(tls_status(w.x.t) == TLS_RENEGOTIATED);
	wire_close(&w);
}

/* Messages in many records, records with many messages, and one that is too
 * large, behind which reading goes on. */
static void test_handshake_shapes(void)
{
	static const uint8_t large[] = { 4, 2, 0, 0 }; /* 128 KiB */
	struct wire w;
	struct buf hello;
	uint8_t body[16384] = { 0 };

	wire_init(&w, MAKE_1_3);
	buf_init(&hello, 1 << 12);
	make_client_hello(&hello);
	for (size_t i = TLS_RECORD_HEADER; i < hello.n; i++)
		make_plain(&w.out, TLS_HANDSHAKE, hello.p + i, 1);
	send(&w, 0);
	make_server_hello(&w.make, &w.out);
	make_finish(&w.make, &w.out, 1);
	send(&w, 1);
	make_finish(&w.make, &w.out, 0);
	send(&w, 0);
	make_sealed(&w.make, &w.out, 1, TLS_HANDSHAKE, large, sizeof(large));
	for (size_t i = 0; i < 8; i++)
		make_sealed(&w.make, &w.out, 1, TLS_HANDSHAKE, body,
			    sizeof(body));
	make_update(&w.make, &w.out, 1);
	say(&w, 1, "a");
	send(&w, 1);
	OK(says(&w.x, "1 a\n") && tls_counts(w.x.t)->oversized == 1);
	OK(tls_counts(w.x.t)->malformed == 0);
	buf_fini(&hello);
	wire_close(&w);
}

/* What is in clear behind a ServerHello of TLS 1.3 is nobody's word. */
static void test_clear_behind_hello(void)
{
	static const uint8_t extensions[] = { 8, 0, 0, 11, 0, 9,   0,  16,
					      0, 5, 0, 3,  2, 'x', 'y' };
	struct wire w;
	struct buf hello;

	wire_init(&w, MAKE_1_3);
	buf_init(&hello, 1 << 12);
	make_client_hello(&w.out);
	send(&w, 0);
	make_server_hello(&w.make, &hello);
	buf_add(&hello, extensions, sizeof(extensions));
	make_plain(&w.out, TLS_HANDSHAKE, hello.p + TLS_RECORD_HEADER,
		   hello.n - TLS_RECORD_HEADER);
	make_plain(&w.out, TLS_HANDSHAKE, extensions, sizeof(extensions));
	send(&w, 1);
	OK(tls_status(w.x.t) == TLS_KEYED && !tls_facts(w.x.t)->alpn[0]);
	make_sealed_1_3(&w.out, &w.make.handshake[1], TLS_HANDSHAKE,
			(struct span){ extensions, sizeof(extensions) }, 0);
	send(&w, 1);
	OK(!strcmp(tls_facts(w.x.t)->alpn, "xy"));
	buf_fini(&hello);
	wire_close(&w);
}

/* Bytes that look like records, each of which would be tried 64 times and
 * more: what that may cost is bounded by how many they are. */
static void test_bounded_work(void)
{
	static const uint8_t header[] = { 23, 3, 3, 0x40, 0 };
	struct wire w;
	uint64_t limit;

	wire_open(&w, MAKE_1_3);
	lose(&w, 0);
	for (size_t i = 0; i < 20000; i++)
		buf_add(&w.out, header, sizeof(header));
	limit = (8 << 20) + 32 * w.out.n + (1 << 15);
	send(&w, 0);
	OK(w.x.t->end[0].spent <= limit);
	OK(w.x.out.n == 0 && w.x.t->end[0].pending.n < TLS_RECORD_MAX);
	wire_close(&w);
}

static void test_no_tls(void)
{
	static const char text[] =
		"{\"id\":1,\"method\":\"mining.subscribe\"}\n";
	struct reading x;

	reading_init(&x, text_of(""));
	for (int i = 0; i < 1000; i++)
		reading_feed(&x, i % 2, (const uint8_t *)text,
			     sizeof(text) - 1);
	OK(tls_counts(x.t)->broken == 2 && tls_counts(x.t)->records == 0);
	OK(tls_status(x.t) == TLS_NO_HELLO && x.out.n == 0);
	OK(x.t->end[0].pending.n == 0 && !x.t->end[0].pending.p);
	reading_fini(&x);
	tls_free(NULL);
}

int main(void)
{
	test_lost_records();
	test_torn_records();
	test_lost_handshake();
	test_lost_certificate();
	test_lost_hello();
	test_updates();
	test_forged();
	test_renegotiation();
	test_handshake_shapes();
	test_clear_behind_hello();
	test_bounded_work();
	test_no_tls();
	return tap_end();
}
