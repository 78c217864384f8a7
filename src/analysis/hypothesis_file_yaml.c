#include <stdlib.h>

#include "analysis/hypothesis_file_private.h"

/* A file is 5 levels deep. libyaml takes time that grows with the square of
 * the depth of brackets, and of the number of anchors. */
#define DEPTH_MAX   32
#define ANCHORS_MAX 256

static void start(yaml_parser_t *parser, struct span text)
{
	if (!yaml_parser_initialize(parser))
		abort(); /* out of memory, as in base/mem */
	yaml_parser_set_input_string(parser, text.p, text.n);
}

/* Where an offset lies: libyaml gives no line for bytes that are no text. */
static void find_offset(unsigned long *line, unsigned long *column,
			struct span text, size_t offset)
{
	*line = *column = 1;
	for (size_t i = 0; i < offset && i < text.n; i++) {
		(*column)++;
		if (text.p[i] == '\n') {
			(*line)++;
			*column = 1;
		}
	}
}

static void mistake_of_yaml(struct hypothesis_reader *r,
			    const yaml_parser_t *parser, struct span text)
{
	unsigned long line = parser->problem_mark.line + 1;
	unsigned long column = parser->problem_mark.column + 1;

	if (parser->error == YAML_READER_ERROR)
		find_offset(&line, &column, text, parser->problem_offset);
	hypothesis_file_mistake_at(r, line, column, "this is no YAML: %s%s%s",
				   parser->problem ? parser->problem
						   : "it cannot be read",
				   parser->context ? " " : "",
				   parser->context ? parser->context : "");
}

struct survey {
	size_t depth, anchors, documents;
};

/* What is wrong with an event, or NULL. */
static const char *look_at(struct survey *s, const yaml_event_t *e)
{
	switch (e->type) {
	case YAML_DOCUMENT_START_EVENT:
		if (++s->documents > 1)
			return "a second document begins here: one is read";
		break;
	case YAML_SEQUENCE_START_EVENT:
		s->depth++;
		s->anchors += e->data.sequence_start.anchor != NULL;
		break;
	case YAML_MAPPING_START_EVENT:
		s->depth++;
		s->anchors += e->data.mapping_start.anchor != NULL;
		break;
	case YAML_SEQUENCE_END_EVENT:
	case YAML_MAPPING_END_EVENT:
		s->depth--;
		break;
	case YAML_SCALAR_EVENT:
		s->anchors += e->data.scalar.anchor != NULL;
		break;
	case YAML_NO_EVENT:
	case YAML_STREAM_START_EVENT:
	case YAML_STREAM_END_EVENT:
	case YAML_DOCUMENT_END_EVENT:
	case YAML_ALIAS_EVENT:
		break;
	}
	if (s->depth > DEPTH_MAX)
		return "lists and mappings lie deeper in each other than in "
		       "any file of hypotheses";
	if (s->anchors > ANCHORS_MAX)
		return "there are more than 256 anchors (&)";
	return NULL;
}

/* Without making nodes, up to the first thing that is wrong. */
static bool survey(struct hypothesis_reader *r, struct span text)
{
	struct survey s = { 0 };
	const char *wrong = NULL;
	yaml_parser_t parser;
	yaml_event_t event;
	bool end = false, good = true;

	start(&parser, text);
	while (good && !wrong && !end) {
		good = yaml_parser_parse(&parser, &event) != 0;
		if (!good)
			break;
		end = event.type == YAML_STREAM_END_EVENT;
		wrong = look_at(&s, &event);
		if (wrong)
			hypothesis_file_mistake_at(r, event.start_mark.line + 1,
						   event.start_mark.column + 1,
						   "%s", wrong);
		yaml_event_delete(&event);
	}
	if (!good)
		mistake_of_yaml(r, &parser, text);
	yaml_parser_delete(&parser);
	return good && !wrong;
}

bool hypothesis_file_load(struct hypothesis_reader *r, yaml_document_t *doc,
			  struct span text)
{
	yaml_parser_t parser;
	bool good;

	if (!survey(r, text))
		return false;
	start(&parser, text);
	good = yaml_parser_load(&parser, doc) != 0;
	if (!good) /* a reference to what is not there, say */
		mistake_of_yaml(r, &parser, text);
	yaml_parser_delete(&parser);
	return good;
}
