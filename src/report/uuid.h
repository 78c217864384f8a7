/* uuid - names of version 5 (RFC 4122, 4.3): the same name gives the same UUID,
 * wherever it is made. */
#ifndef REPORT_UUID_H
#define REPORT_UUID_H

#include <stdint.h>

#include "base/cur.h"

#define UUID_TEXT 37

struct uuid {
	uint8_t byte[16];
};

struct uuid uuid_of_name(const struct uuid *space, struct span name);

/* "28bb3599-77cd-5a82-a950-b5bc3caf07c4". Returns out. */
char *uuid_text(char out[UUID_TEXT], const struct uuid *u);

#endif /* REPORT_UUID_H */
