#include "chain/trace_private.h"
#include "chain/undo.h"

static enum status read_record(struct trace_block *b, struct why *why)
{
	const enum status st = chain_reader_undo(
		b->reader, b->index, b->skim->num_txs, &b->record, why);

	if (st != ST_OK && st != ST_END)
		return st;
	b->undo_state = TRACE_UNDO_NONE;
	if (st == ST_OK) {
		b->undo = cur_over(b->record);
		if (undo_begin(&b->undo) + 1 == b->skim->num_txs)
			b->undo_state = TRACE_UNDO_THERE;
		b->undo_next = 1; /* the coinbase has none */
	}
	return ST_OK;
}

enum status trace_undo_seek(bool *found, struct trace_block *b, size_t position,
			    uint64_t num_inputs, struct why *why)
{
	enum status st = ST_OK;

	*found = false;
	if (b->undo_state == TRACE_UNDO_UNREAD)
		st = read_record(b, why);
	if (st != ST_OK || b->undo_state != TRACE_UNDO_THERE)
		return st;
	if (b->undo_next > position) { /* once more from the beginning */
		b->undo = cur_over(b->record);
		undo_begin(&b->undo);
		b->undo_next = 1;
	}
	if (!undo_pass(&b->undo, position - b->undo_next))
		b->undo_state = TRACE_UNDO_NONE;
	b->undo_next = position;
	/* One that does not fit its block undoes another. */
	if (b->undo_state == TRACE_UNDO_THERE &&
	    undo_tx(&b->undo) != num_inputs)
		b->undo_state = TRACE_UNDO_NONE;
	*found = b->undo_state == TRACE_UNDO_THERE;
	b->undo_next++;
	return ST_OK;
}
