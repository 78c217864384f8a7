/* Points of secp256k1 (SEC 2) and x that belong to none. */
#include <string.h>

#include "base/hex.h"
#include "coin/curve.h"
#include "test/tap.h"

static const struct {
	const char *x, *y;
	bool odd;
} points[] = {
	/* G, 2G, 3G */
	{ "79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798",
	  "483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8",
	  false },
	{ "c6047f9441ed7d6d3045406e95c07cd85c778e4b8cef3ca7abac09b95c709ee5",
	  "1ae168fea63dc339a3c58419466ceaeef7f632653266d0e1236431a950cfe52a",
	  false },
	{ "f9308a019258c31049344f85f89d5229b531c845836f99b08601f113bce036f9",
	  "388f7b0f632de8140fe337e62a37f3566500a99934c2231b6cb9fd7584b8e672",
	  false },
	/* -G */
	{ "79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798",
	  "b7c52588d95c3b9aa25b0403f1eef75702e84bb7597aabe663b82f6f04ef2777",
	  true },
};

static void bytes(uint8_t out[32], const char *hex)
{
	hex_bytes(out, 32, (struct span){ (const uint8_t *)hex, 64 });
}

int main(void)
{
	uint8_t key[65], x[32], y[32];

	for (size_t i = 0; i < sizeof(points) / sizeof(points[0]); i++) {
		bytes(x, points[i].x);
		bytes(y, points[i].y);
		OK(curve_unfold(key, points[i].odd, x) && key[0] == 4 &&
		   !memcmp(key + 1, x, 32) && !memcmp(key + 33, y, 32));
	}
	memset(x, 0, 32);
	OK(!curve_unfold(key, false, x));
	x[31] = 5; /* 5^3 + 7 = 132 is no square */
	OK(!curve_unfold(key, true, x));
	memset(x, 0xff, 32); /* not below the prime */
	OK(!curve_unfold(key, false, x));
	return tap_end();
}
