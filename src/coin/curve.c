#include "coin/curve.h"

#include <string.h>
#include <threads.h>

#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/obj_mac.h>

static EC_GROUP *group; /* only read once it is made */
static once_flag made = ONCE_FLAG_INIT;

static void make(void)
{
	group = EC_GROUP_new_by_curve_name(NID_secp256k1);
}

bool curve_unfold(uint8_t out[65], bool odd, const uint8_t x[32])
{
	uint8_t compressed[33] = { odd ? 3 : 2 };

	call_once(&made, make);
	EC_POINT *point = group ? EC_POINT_new(group) : NULL;

	memcpy(compressed + 1, x, 32);
	const bool good =
		point &&
		EC_POINT_oct2point(group, point, compressed, sizeof(compressed),
				   NULL) &&
		EC_POINT_point2oct(group, point, POINT_CONVERSION_UNCOMPRESSED,
				   out, 65, NULL) == 65;

	EC_POINT_free(point);
	ERR_clear_error();
	return good;
}
