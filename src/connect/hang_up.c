#include "connect/hang_up.h"

#include <stdint.h>
#include <sys/socket.h>
#include <unistd.h>

void hang_up(int fd)
{
	uint8_t part[16384];

	shutdown(fd, SHUT_WR);
	/* Bytes left unread would turn the end into a reset. */
	for (int i = 0; i < 4; i++) {
		if (recv(fd, part, sizeof(part), 0) <= 0)
			break;
	}
	close(fd);
}
