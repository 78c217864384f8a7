#include "analysis/exhibits.h"

const char *exhibit_why_text(enum exhibit_why w)
{
	switch (w) {
	case EXHIBIT_FIRST:
		return "first";
	case EXHIBIT_LAST:
		return "last";
	case EXHIBIT_BEST:
		return "best";
	case EXHIBIT_BLOCK:
		break;
	}
	return "block";
}
