#!/usr/bin/env python3
"""Writes captures that are large in one respect, for checks of memory and time.

usage: make_flows.py flows N FILE      N TCP connections side by side, a request
                                       and an answer each
       make_flows.py sessions N FILE   one miner that connects N times to a pool
                                       and submits one worthless share each time
       make_flows.py miners N FILE     the same with N miners
       make_flows.py pools N FILE      and each at a pool of its own
       make_flows.py middle N FILE     N miners whose connections began before
                                       the capture
"""

import struct
import sys

SYN, ACK, FIN_ACK, SYN_ACK, DATA = 0x02, 0x10, 0x11, 0x12, 0x18
BEGIN = 1495000000
POOL = 0x0A630001
MINER = 0x0A420001

# An empty job: the coinbase pays to nobody, the header's target is mainnet's
# of 2017, so that no share can be found by chance.
JOB = (
    '{"id":null,"method":"mining.notify","params":["%x",'
    '"4d16b6f85af6e2198f44ae2a6de67f78487ae5611b77c6c0440b921e00000000",'
    '"01000000010000000000000000000000000000000000000000000000000000000000000000'
    'ffffffff20020862062f503253482f04b8864e5008",'
    '"072f736c7573682f000000000100f2052a010000001976a914d23fcdf86f7e756a64a7a968'
    '8ef9903327048ed988ac00000000",[],"00000002","18021b3e","591bb600",true]}\n'
)


class Capture:
    """A pcap file of Ethernet frames with TCP over IPv4 inside."""

    def __init__(self, name):
        self.file = open(name, "wb", buffering=1 << 20)
        self.file.write(struct.pack("<IHHIIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1))

    def segment(self, us, src, dst, seq, ack, flags, text=b""):
        """src and dst are pairs of address and port."""
        total = 40 + len(text)
        self.file.write(
            struct.pack("<IIII", BEGIN + us // 1000000, us % 1000000,
                        14 + total, 14 + total)
            + b"\x02\0\0\0\0\x01\x02\0\0\0\0\x02\x08\0"
            + struct.pack(">BBHHHBBHII", 0x45, 0, total, 0, 0x4000, 64, 6, 0,
                          src[0], dst[0])
            + struct.pack(">HHIIBBHHH", src[1], dst[1], seq, ack, 0x50, flags,
                          65535, 0, 0)
            + text
        )


def flows(capture, count):
    ends = [((0x0B000000 + i // 50000, 1024 + i % 50000), (POOL, 443))
            for i in range(count)]
    for step in range(2):
        for i, (client, server) in enumerate(ends):
            us = (step * count + i) * 20
            if step == 0:
                capture.segment(us, client, server, 1, 1, DATA, b"GET / HTTP/1.1\r\n")
            else:
                capture.segment(us, server, client, 1, 17, DATA, b"HTTP/1.1 200\r\n")


def session(capture, us, client, server, number, whole):
    """A connection. Each side's sequence numbers start with its SYN."""
    seq = {client: 1000, server: 2000}

    def send(src, dst, flags, text=""):
        nonlocal us
        us += 1000
        capture.segment(us, src, dst, seq[src], seq[dst], flags, text.encode())
        seq[src] += len(text) + (flags & 3 > 0)

    if whole:
        send(client, server, SYN)
        send(server, client, SYN_ACK)
        send(client, server, DATA,
             '{"id":1,"method":"mining.subscribe","params":["bench/1"]}\n')
        send(server, client, DATA,
             '{"id":1,"result":[[["mining.notify","1"]],"%08x",4],"error":null}\n'
             % number)
    send(client, server, DATA,
         '{"id":2,"method":"mining.authorize","params":["worker.1","x"]}\n')
    send(server, client, DATA,
         '{"id":2,"result":true,"error":null}\n'
         '{"id":null,"method":"mining.set_difficulty","params":[1024]}\n'
         + JOB % number)
    send(client, server, DATA,
         '{"id":3,"method":"mining.submit","params":["worker.1","%x","00000000",'
         '"591bb600","%08x"]}\n' % (number, number))
    send(server, client, DATA,
         '{"id":3,"result":null,"error":[23,"low difficulty share",null]}\n')
    send(client, server, FIN_ACK)
    send(server, client, FIN_ACK)


def main():
    kind, count, name = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    capture = Capture(name)
    if kind == "flows":
        flows(capture, count)
        return
    for i in range(count):
        who = i // 60000 if kind == "sessions" else i
        server = POOL + (i if kind == "pools" else 0), 3333
        client = MINER + who, 1024 + i % 60000
        session(capture, i * 20000, client, server, i, kind != "middle")


KINDS = "flows", "sessions", "miners", "pools", "middle"

if __name__ == "__main__":
    if len(sys.argv) != 4 or sys.argv[1] not in KINDS:
        sys.exit(__doc__)
    main()
