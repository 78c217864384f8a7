/* xml_text - captured text inside of XML: made safe for people first (control
 * characters and bytes that are not UTF-8 become \xNN, which XML could not hold
 * either), then its five special characters escaped. */
#ifndef REPORT_XML_TEXT_H
#define REPORT_XML_TEXT_H

#include "base/buf.h"
#include "base/cur.h"

/* Appends at most max columns of text, then "...". False once out is full. */
bool xml_text(struct buf *out, const char *text, size_t max);

#endif /* REPORT_XML_TEXT_H */
