#include "active/fetch.h"

#include <curl/curl.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#define STALL_BYTES 100 /* a second */
#define LINE_ROOM   (FETCH_TAG + 32)

struct fetching {
	const struct fetch_request *request;
	FILE *out;
	uint64_t bytes;
	bool too_long, not_written;
	struct fetch_validators got;
};

static size_t on_body(char *data, size_t size, size_t n, void *context)
{
	struct fetching *f = context;
	const size_t bytes = size * n;

	if (bytes > f->request->most_bytes - f->bytes) {
		f->too_long = true;
		return 0;
	}
	if (fwrite(data, 1, bytes, f->out) != bytes) {
		f->not_written = true;
		return 0;
	}
	f->bytes += bytes;
	return bytes;
}

/* The value of a header, if the line is one of that name; what is too long, or
 * could not be sent back as it is, is let go. */
static void keep_header(char out[FETCH_TAG], const char *line, size_t n,
			const char *name)
{
	const size_t length = strlen(name);

	if (n <= length || strncasecmp(line, name, length) != 0)
		return;
	line += length;
	n -= length;
	while (n > 0 && (*line == ' ' || *line == '\t')) {
		line++;
		n--;
	}
	while (n > 0 && (uint8_t)line[n - 1] <= ' ')
		n--;
	out[0] = '\0';
	for (size_t i = 0; i < n; i++) {
		if (line[i] < ' ' || line[i] > '~')
			return;
	}
	if (n >= FETCH_TAG)
		return;
	memcpy(out, line, n);
	out[n] = '\0';
}

static size_t on_header(char *data, size_t size, size_t n, void *context)
{
	struct fetching *f = context;

	/* A redirect's are not the file's. */
	if (size * n >= 5 && memcmp(data, "HTTP/", 5) == 0)
		f->got = (struct fetch_validators){ .etag = "" };
	keep_header(f->got.etag, data, size * n, "etag:");
	keep_header(f->got.last_modified, data, size * n, "last-modified:");
	return size * n;
}

static struct curl_slist *conditions(const struct fetch_request *r)
{
	struct curl_slist *list = NULL;
	char line[LINE_ROOM];

	if (r->known && r->known->etag[0]) {
		snprintf(line, sizeof(line), "If-None-Match: %s",
			 r->known->etag);
		list = curl_slist_append(list, line);
	}
	if (r->known && r->known->last_modified[0]) {
		snprintf(line, sizeof(line), "If-Modified-Since: %s",
			 r->known->last_modified);
		list = curl_slist_append(list, line);
	}
	return list;
}

static void set_options(CURL *c, struct fetching *f, struct curl_slist *headers)
{
	const struct fetch_request *r = f->request;
	const char *schemes = r->plain_http ? "http,https" : "https";
	const char *authorities = getenv("SSL_CERT_FILE");

	curl_easy_setopt(c, CURLOPT_URL, r->url);
	curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, schemes);
	curl_easy_setopt(c, CURLOPT_REDIR_PROTOCOLS_STR,
			 strncasecmp(r->url, "https:", 6) == 0 ? "https"
							       : schemes);
	curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 1L);
	curl_easy_setopt(c, CURLOPT_MAXREDIRS, (long)FETCH_REDIRECTS);
	curl_easy_setopt(c, CURLOPT_FAILONERROR, 1L);
	curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(c, CURLOPT_FILETIME, 1L);
	curl_easy_setopt(c, CURLOPT_ACCEPT_ENCODING, "");
	curl_easy_setopt(c, CURLOPT_USERAGENT, "assay");
	curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT, (long)r->connect_seconds);
	curl_easy_setopt(c, CURLOPT_TIMEOUT, (long)r->seconds);
	curl_easy_setopt(c, CURLOPT_LOW_SPEED_LIMIT, (long)STALL_BYTES);
	curl_easy_setopt(c, CURLOPT_LOW_SPEED_TIME, (long)r->stall_seconds);
	curl_easy_setopt(c, CURLOPT_MAXFILESIZE_LARGE,
			 (curl_off_t)r->most_bytes);
	curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(c, CURLOPT_WRITEDATA, f);
	curl_easy_setopt(c, CURLOPT_HEADERFUNCTION, on_header);
	curl_easy_setopt(c, CURLOPT_HEADERDATA, f);
	if (headers)
		curl_easy_setopt(c, CURLOPT_HTTPHEADER, headers);
	if (authorities && *authorities)
		curl_easy_setopt(c, CURLOPT_CAINFO, authorities);
}

/* What went wrong, in words that say what to do where that is known. */
static enum status explain(const struct fetching *f, CURLcode code,
			   const char *detail, struct why *why)
{
	const char *url = f->request->url;

	if (f->too_long || code == CURLE_FILESIZE_EXCEEDED)
		return status_why(why, ST_LIMIT,
				  "%s: longer than %llu bytes; --max-bytes "
				  "allows more",
				  url,
				  (unsigned long long)f->request->most_bytes);
	if (f->not_written)
		return status_why(why, ST_IO, "%s: %s", f->request->path,
				  strerror(errno));
	if (code == CURLE_UNSUPPORTED_PROTOCOL)
		return status_why(why, ST_USAGE,
				  "%s, or where it leads: only https is "
				  "fetched; --http allows http",
				  url);
	return status_why(why, ST_IO, "%s: %s", url,
			  detail[0] ? detail : curl_easy_strerror(code));
}

static void note(struct fetched *out, const struct fetching *f, CURL *c)
{
	curl_off_t modified = -1;
	long status = 0;

	curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &status);
	curl_easy_getinfo(c, CURLINFO_FILETIME_T, &modified);
	*out = (struct fetched){ .unchanged = status == 304,
				 .bytes = f->bytes,
				 .modified = modified,
				 .validators = f->got };
}

static enum status run(struct fetched *out, struct fetching *f, struct why *why)
{
	char detail[CURL_ERROR_SIZE] = "";
	struct curl_slist *headers = conditions(f->request);
	CURL *c = curl_easy_init();
	CURLcode code = CURLE_OUT_OF_MEMORY;

	if (c) {
		set_options(c, f, headers);
		curl_easy_setopt(c, CURLOPT_ERRORBUFFER, detail);
		code = curl_easy_perform(c);
	}
	const enum status st =
		code == CURLE_OK ? ST_OK : explain(f, code, detail, why);

	if (st == ST_OK)
		note(out, f, c);
	curl_easy_cleanup(c);
	curl_slist_free_all(headers);
	return st;
}

enum status fetch(struct fetched *out, const struct fetch_request *r,
		  struct why *why)
{
	struct fetching f = { .request = r };
	struct fetched done = { .modified = -1 };
	enum status st;

	f.out = fopen(r->path, "w");
	if (!f.out)
		return status_why(why, ST_IO, "%s: %s", r->path,
				  strerror(errno));
	st = run(&done, &f, why);
	if (st == ST_OK && (fflush(f.out) != 0 || fsync(fileno(f.out)) != 0))
		st = status_why(why, ST_IO, "%s: %s", r->path, strerror(errno));
	fclose(f.out);
	if (st != ST_OK || done.unchanged)
		unlink(r->path);
	if (st == ST_OK)
		*out = done;
	return st;
}
