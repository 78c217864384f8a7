/* hang_up - the end of a TCP connection that is no reset. */
#ifndef CONNECT_HANG_UP_H
#define CONNECT_HANG_UP_H

/* Ends what is sent, reads a little of what still waits, and closes fd, which
 * does not block. */
void hang_up(int fd);

#endif /* CONNECT_HANG_UP_H */
