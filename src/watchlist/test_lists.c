/* Every format, its ways of being broken, and what an entry becomes. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "test/tap.h"
#include "test/test_dir.h"
#include "watchlist/lists.h"

#define BTC   "1BoatSLRHtKNngkdXEeobR76b53LETtpyT"
#define BTC_2 "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq"
#define BTC_3 "3EktnHQD7RiAE6uzMj2ZifT9YgRrkSgzQX"
#define TRON  "TJRabPrwbZy45sbavfcjinPJC18kjpRTv8"
#define ETH   "0x7F367cC41522cE07553e823bf3be79A889DEbe1B"

static struct span of(const char *text)
{
	return (struct span){ (const uint8_t *)text, strlen(text) };
}

static enum status parse(struct lists *l, const char *path, const char *text,
			 struct why *why)
{
	return lists_parse(l, path, of(text), (struct ts){ 5 }, why);
}

static bool same(const char *a, const char *b)
{
	return a && b ? !strcmp(a, b) : a == b;
}

static bool is_day(struct ts t, const char *day)
{
	char text[TS_TEXT];

	return ts_known(t) && !strncmp(ts_text(t, text), day, 10);
}

static void test_plain(void)
{
	struct lists *l = lists_new();
	struct why why = { "" };
	size_t hit[4];

	OK(parse(l, "dir/ofac_XBT.txt",
		 "# a comment\n" BTC "\r\n\n  \n" TRON "\n" BTC_2
		 "\n1B\xe2\x80\x8boatSLRHtKNngkdXEeobR76b53LETtpyT",
		 &why) == ST_OK);
	OK(lists_count(l) == 4 && lists_sources(l) == 1);
	const struct list_source *s = lists_source(l, 0);

	OK(s->entries == 4 && s->invalid == 1 && s->repaired == 1 &&
	   s->published.ns == 5 && !s->published_by_itself);
	const struct list_entry *e = lists_entry(l, 1);

	OK(!e->valid && same(e->other_asset, "TRX") && same(e->asset, "XBT") &&
	   e->kind == LIST_SANCTION);
	e = lists_entry(l, 3);
	OK(e->valid && e->repaired && same(e->address, BTC));
	/* By text: both of one address, in order. */
	OK(lists_by_text(hit, 4, l, of(BTC)) == 2 && hit[0] == 0 &&
	   hit[1] == 3);
	OK(lists_by_text(hit, 4, l, of(TRON)) == 1);
	OK(lists_by_text(hit, 1, l, of(BTC)) == 2); /* more than there is room
						     * for */
	OK(lists_by_text(hit, 4, l, of("1nobody")) == 0);
	lists_free(l);
}

/* A list of another asset: its form is not judged where it is not known. */
static void test_assets(void)
{
	struct lists *l = lists_new();
	struct why why;

	OK(parse(l, "x_ETH.txt", ETH "\n" BTC "\n", &why) == ST_OK);
	OK(lists_entry(l, 0)->valid && !lists_entry(l, 1)->valid &&
	   same(lists_entry(l, 1)->other_asset, "BTC"));
	OK(lists_entry(l, 0)->kind == LIST_OTHER);
	OK(parse(l, "x_DASH.txt", "Xsomething\n", &why) == ST_OK &&
	   lists_entry(l, 2)->valid);
	OK(parse(l, "x.txt", BTC "\nnonsense\n", &why) == ST_OK &&
	   lists_entry(l, 3)->valid && !lists_entry(l, 4)->valid);
	lists_free(l);
}

static const char advanced[] =
	"<?xml version=\"1.0\"?>\n"
	"<ns:Sanctions xmlns:ns=\"u\"><ns:DateOfIssue><ns:Year>2024</ns:Year>"
	"<ns:Month>9</ns:Month><ns:Day>27</ns:Day></ns:DateOfIssue>\n"
	"<ns:FeatureTypeValues><ns:FeatureType ID=\"344\">Digital Currency "
	"Address - XBT</ns:FeatureType><ns:FeatureType ID=\"1\">Birthdate"
	"</ns:FeatureType><ns:FeatureType ID=\"9\">Digital Currency Address - "
	"NEW</ns:FeatureType></ns:FeatureTypeValues>\n"
	"<ns:Profile ID=\"28263\"><ns:Alias Primary=\"false\">"
	"<ns:DocumentedName><ns:NamePartValue>NOT HIM</ns:NamePartValue>"
	"</ns:DocumentedName></ns:Alias><ns:Alias Primary=\"true\">"
	"<ns:DocumentedName><ns:NamePartValue>TIAN</ns:NamePartValue>"
	"<ns:NamePartValue> Yinyin </ns:NamePartValue></ns:DocumentedName>"
	"</ns:Alias>\n"
	"<ns:Feature FeatureTypeID=\"1\"><ns:VersionDetail>1987"
	"</ns:VersionDetail></ns:Feature>"
	"<ns:Feature FeatureTypeID=\"344\"><ns:VersionDetail>" BTC
	"</ns:VersionDetail></ns:Feature>"
	"<ns:Feature FeatureTypeID=\"9\"><ns:VersionDetail>n1"
	"</ns:VersionDetail></ns:Feature></ns:Profile>\n"
	"<ns:SanctionsEntry ProfileID=\"28263\"><ns:EntryEvent><ns:Date>"
	"<ns:Year>2020</ns:Year><ns:Month>3</ns:Month><ns:Day>2</ns:Day>"
	"</ns:Date></ns:EntryEvent></ns:SanctionsEntry></ns:Sanctions>\n";

static void test_advanced(void)
{
	struct lists *l = lists_new();
	struct why why = { "" };

	OK(parse(l, "sdn_advanced.xml", advanced, &why) == ST_OK);
	OK(lists_count(l) == 2);
	const struct list_entry *e = lists_entry(l, 0);

	OK(same(e->entity, "TIAN, Yinyin") && same(e->asset, "XBT") &&
	   same(e->address, BTC) && same(e->reference, "28263") &&
	   e->kind == LIST_SANCTION && is_day(e->listed, "2020-03-02"));
	OK(same(lists_entry(l, 1)->asset, "NEW")); /* any asset is taken */
	OK(lists_source(l, 0)->published_by_itself &&
	   is_day(lists_source(l, 0)->published, "2024-09-27"));
	lists_free(l);

	/* Cut: an error, and what was read before stays. */
	l = lists_new();
	char *cut = mem_text(advanced, sizeof(advanced) - 60);

	OK(parse(l, "a.xml", cut, &why) == ST_BAD &&
	   strstr(why.text, "a.xml, line"));
	OK(lists_count(l) == 2);
	free(cut);
	lists_free(l);
}

static void test_xml(void)
{
	struct lists *l = lists_new();
	struct why why = { "" };

	OK(parse(l, "SDN.XML",
		 "<?xml version=\"1.0\"?>\n<sdnList xmlns=\"u\">"
		 "<publshInformation><Publish_Date>09/27/2024</Publish_Date>"
		 "</publshInformation><sdnEntry><uid>28264</uid>"
		 "<firstName>Jiadong</firstName><lastName>LI</lastName>"
		 "<idList><id><uid>1</uid><idType>Digital Currency Address - "
		 "XBT</idType><idNumber>" BTC "</idNumber></id><id><uid>2"
		 "</uid><idType>Passport</idType><idNumber>X1</idNumber></id>"
		 "</idList><akaList><aka><uid>3</uid><lastName>OTHER"
		 "</lastName></aka></akaList></sdnEntry></sdnList>",
		 &why) == ST_OK);
	OK(lists_count(l) == 1);
	const struct list_entry *e = lists_entry(l, 0);

	OK(same(e->entity, "LI, Jiadong") && same(e->reference, "28264") &&
	   same(e->asset, "XBT") && !ts_known(e->listed));
	OK(is_day(lists_source(l, 0)->published, "2024-09-27"));
	OK(parse(l, "e.xml",
		 "<?xml version=\"1.0\"?><!DOCTYPE x [<!ENTITY a \"b\">]>"
		 "<sdnList>&a;</sdnList>",
		 &why) == ST_BAD &&
	   strstr(why.text, "declares entities"));
	lists_free(l);
}

/* A row of SDN.CSV with remarks of n characters, of which the last ones are
 * `end`. */
static void add_row(struct buf *b, const char *number, const char *name,
		    size_t n, const char *end)
{
	buf_printf(b,
		   "%s,\"%s\",\"individual\",\"X\",-0- ,-0- ,-0- ,-0- ,"
		   "-0- ,-0- ,-0- ,\"",
		   number, name);
	for (size_t i = strlen(end); i < n; i++)
		buf_u8(b, 'r');
	buf_printf(b, "%s\"\r\n", end);
}

/* Cut anywhere in "; Digital Currency Address - XBT <address>;", and with the
 * blank at the cut lost: the address is found, and said to be put together
 * where it was. */
static void test_split(bool blank_lost)
{
	static const char whole[] =
		"; Digital Currency Address - XBT " BTC
		"; alt. Digital Currency Address - XBT " BTC_2
		"; Linked To: X.";
	const size_t words = strlen("; Digital Currency Address - XBT ");
	char path[DIR_PATH];
	bool good = true;

	for (size_t cut = 1; cut < sizeof(whole) - 1; cut++) {
		struct lists *l = lists_new();
		struct why why = { "" };
		struct buf sdn, comments;
		char *before = mem_text(whole, cut);
		const bool lost = blank_lost && whole[cut - 1] == ' ';

		if (lost)
			before[cut - 1] = '\0';
		buf_init(&sdn, 1u << 16);
		buf_init(&comments, 1u << 16);
		add_row(&sdn, "7", "A, B", lost ? 999 : 1000, before);
		add_row(&sdn, "8", "C", 10, "");
		buf_printf(&comments, "7,\"%s\"\r\n", whole + cut);
		dir_write("SDN.CSV", &sdn);
		dir_write("SDN_COMMENTS.CSV", &comments);
		good &= lists_read(l, dir_file(path, "SDN.CSV"), &why) == ST_OK;
		good &= lists_count(l) == 2 &&
			same(lists_entry(l, 0)->address, BTC) &&
			same(lists_entry(l, 1)->address, BTC_2) &&
			lists_entry(l, 0)->valid && lists_entry(l, 1)->valid &&
			same(lists_entry(l, 0)->entity, "A, B");
		if (!lost && cut > words && cut < words + strlen(BTC))
			good &= lists_source(l, 0)->rejoined == 1;
		free(before);
		buf_fini(&sdn);
		buf_fini(&comments);
		lists_free(l);
	}
	OK(good);
	dir_empty();
}

/* Comments of entities that are not there, and of another day's remarks. */
static void test_comments(void)
{
	struct lists *l = lists_new();
	struct why why = { "" };
	struct buf sdn, comments;
	char path[DIR_PATH];

	buf_init(&sdn, 1u << 16);
	buf_init(&comments, 1u << 16);
	add_row(&sdn, "7", "A", 0, "Digital Currency Address - XBT " BTC ".");
	buf_text(&comments,
		 "7,\"abc; Digital Currency Address - XBT " BTC_2 ".\"\r\n"
		 "9,\"tail; Digital Currency Address - XBT " BTC_3 ".\"\r\n");
	dir_write("sdn.csv", &sdn);
	dir_write("sdn_comments.csv", &comments);
	OK(lists_read(l, dir_file(path, "sdn.csv"), &why) == ST_OK);
	OK(lists_count(l) == 3 && lists_source(l, 0)->rejoined == 0);
	OK(same(lists_entry(l, 1)->entity, "A") &&
	   same(lists_entry(l, 1)->address, BTC_2));
	OK(!lists_entry(l, 2)->entity &&
	   same(lists_entry(l, 2)->reference, "9"));
	lists_free(l);
	/* Without the comments: said to be cut. */
	l = lists_new();
	buf_clear(&sdn);
	add_row(&sdn, "7", "A", 1000, "; Digital Currency Address - XBT 1Bo");
	OK(parse(l, "x.csv", buf_str(&sdn), &why) == ST_OK);
	OK(lists_count(l) == 1 && !lists_entry(l, 0)->valid &&
	   strstr(lists_entry(l, 0)->label, "cut by the list"));
	/* A row with too few fields. */
	buf_text(&sdn, "9,short\r\n");
	OK(parse(l, "x.csv", buf_str(&sdn), &why) == ST_BAD &&
	   strstr(why.text, "x.csv, line 2"));
	OK(parse(l, "c.csv", buf_str(&comments), &why) == ST_OK &&
	   lists_count(l) == 4);
	buf_fini(&sdn);
	buf_fini(&comments);
	lists_free(l);
	dir_empty();
}

static void test_ftm(void)
{
	struct lists *l = lists_new();
	struct why why = { "" };

	OK(parse(l, "entities.ftm.json",
		 "{\"id\":\"w1\",\"schema\":\"CryptoWallet\",\"properties\":{"
		 "\"publicKey\":[\"" BTC "\"],\"currency\":[\"XBT\"],"
		 "\"holder\":[\"p1\"],\"topics\":[\"sanction\"]},"
		 "\"first_seen\":\"2023-04-20T10:00:00\",\"datasets\":[]}\n"
		 "{\"id\":\"w2\",\"schema\":\"CryptoWallet\",\"properties\":{"
		 "\"publicKey\":[\"" BTC_2 "\"],\"holder\":[\"nobody\"]},"
		 "\"datasets\":[\"us_ofac_sdn\"]}\n"
		 "{\"id\":\"w3\",\"schema\":\"CryptoWallet\",\"properties\":{"
		 "\"publicKey\":[\"" BTC_3 "\"]},\"datasets\":[\"x\"]}\n"
		 "{\"id\":\"w4\",\"schema\":\"CryptoWallet\",\"properties\":{}}"
		 "\n"
		 "{\"id\":\"p1\",\"schema\":\"Person\",\"caption\":\"Li "
		 "Jiadong\",\"properties\":{}}\n",
		 &why) == ST_OK);
	OK(lists_count(l) == 3);
	const struct list_entry *e = lists_entry(l, 0);

	OK(same(e->entity, "Li Jiadong") && e->kind == LIST_SANCTION &&
	   same(e->reference, "w1") && is_day(e->listed, "2023-04-20"));
	e = lists_entry(l, 1);
	OK(same(e->entity, "nobody") && e->kind == LIST_SANCTION);
	e = lists_entry(l, 2);
	OK(!e->entity && e->kind == LIST_OTHER && !ts_known(e->listed));
	OK(parse(l, "b.json",
		 "{\"schema\":\"X\",\"properties\":{}}\n{\"schema\":\n",
		 &why) == ST_BAD &&
	   strstr(why.text, "b.json, line 2, byte"));
	lists_free(l);
}

static void test_tagpack(void)
{
	struct lists *l = lists_new();
	struct why why = { "" };

	OK(parse(l, "pack.yaml",
		 "title: A pack\nlabel: Lazarus\nabuse: sanction\n"
		 "lastmod: 2023-08-28\ncurrency: BTC\ntags:\n"
		 "- address: " BTC "\n"
		 "- address: " BTC_2 "\n  label: Other\n  abuse: x\n"
		 "  category: exchange\n",
		 &why) == ST_OK);
	OK(lists_count(l) == 2);
	const struct list_entry *e = lists_entry(l, 0);

	OK(same(e->entity, "Lazarus") && same(e->list, "A pack") &&
	   e->kind == LIST_SANCTION && is_day(e->listed, "2023-08-28"));
	e = lists_entry(l, 1);
	OK(same(e->entity, "Other") && e->kind == LIST_EXCHANGE);
	OK(parse(l, "b.yaml", "title: x\ntags: [ {\n", &why) == ST_BAD &&
	   strstr(why.text, "not YAML"));
	OK(parse(l, "b.yaml", "title: x\ntags:\n- label: y\n", &why) ==
		   ST_BAD &&
	   strstr(why.text, "without an address"));
	OK(parse(l, "b.yaml", "title: x\ntags:\n- y\n- [ a ]\n", &why) ==
	   ST_BAD);
	OK(parse(l, "b.yaml", "- title: x\n- tags: y\n", &why) == ST_BAD);
	lists_free(l);
}

static void test_csv(void)
{
	struct lists *l = lists_new();
	struct why why = { "" };

	OK(parse(l, "own.csv",
		 "entity,address,kind,listed_on,delisted_on,list,label\n"
		 "Some exchange," BTC ",exchange,2020-01-02,2021-01-01,Mine,"
		 "hot\n# " BTC_2 "\n,,\n\"A, B\"," BTC_2 ",,,,,\n",
		 &why) == ST_OK);
	OK(lists_count(l) == 2 || lists_count(l) == 3);
	const struct list_entry *e = lists_entry(l, 0);

	OK(same(e->entity, "Some exchange") && e->kind == LIST_EXCHANGE &&
	   same(e->list, "Mine") && same(e->label, "hot") &&
	   is_day(e->listed, "2020-01-02") &&
	   is_day(e->delisted, "2021-01-01"));
	e = lists_entry(l, lists_count(l) - 1);
	OK(same(e->entity, "A, B") && e->kind == LIST_OTHER && !e->label);
	OK(parse(l, "b.csv", "address,kind\n" BTC ",bank\n", &why) == ST_BAD &&
	   strstr(why.text, "b.csv, line 2: kind is none"));
	OK(parse(l, "b.csv", "address,listed_on\n" BTC ",yesterday\n", &why) ==
	   ST_BAD);
	OK(parse(l, "b.csv", "address,kind\n\"" BTC ",pool\n", &why) ==
		   ST_BAD &&
	   strstr(why.text, "quote"));
	lists_free(l);
}

/* A public key's two scripts are one. */
static void test_script(void)
{
	struct lists *l = lists_new();
	struct why why;
	size_t hit[2];
	/* The generator point's key and its P2PKH address. */
	static const uint8_t p2pk[35] = { 33,   0x02, 0x79, 0xbe, 0x66, 0x7e,
					  0xf9, 0xdc, 0xbb, 0xac, 0x55, 0xa0,
					  0x62, 0x95, 0xce, 0x87, 0x0b, 0x07,
					  0x02, 0x9b, 0xfc, 0xdb, 0x2d, 0xce,
					  0x28, 0xd9, 0x59, 0xf2, 0x81, 0x5b,
					  0x16, 0xf8, 0x17, 0x98, 0xac };

	OK(parse(l, "x.txt", "1BgGZ9tcN4rm9KBzDn7KprQz87SZ26SAMH\n", &why) ==
	   ST_OK);
	OK(lists_by_script(hit, 2, l, (struct span){ p2pk, 35 }) == 1);
	OK(lists_by_script(hit, 2, l, (struct span){ p2pk, 34 }) == 0);
	OK(!lists_service(l, (struct span){ p2pk, 35 }));
	OK(parse(l, "y.csv",
		 "address,entity,kind\n1BgGZ9tcN4rm9KBzDn7KprQz87SZ26SAMH,X,"
		 "exchange\n",
		 &why) == ST_OK);
	OK(lists_service(l, (struct span){ p2pk, 35 }));
	OK(!lists_service(l, (struct span){ p2pk, 34 }));
	lists_free(l);
}

static void test_refused(void)
{
	struct lists *l = lists_new();
	struct why why = { "" };

	OK(lists_read(l, "/nowhere/x.txt", &why) == ST_IO &&
	   strstr(why.text, "/nowhere/x.txt: No such file"));
	OK(parse(l, "x", "", &why) == ST_BAD &&
	   strstr(why.text, "not a list of a known format"));
	OK(parse(l, "x", "\x01\x02\x03", &why) == ST_BAD);
	OK(parse(l, "x", "<html></html>", &why) == ST_BAD);
	OK(lists_count(l) == 0);
	lists_free(l);
}

int main(void)
{
	dir_make();
	test_plain();
	test_assets();
	test_advanced();
	test_xml();
	test_split(false);
	test_split(true);
	test_comments();
	test_ftm();
	test_tagpack();
	test_csv();
	test_script();
	test_refused();
	dir_remove();
	return tap_end();
}
