/* What the page does beyond what it says: it is whole without this. Nothing
 * here reads captured text: the numbers of the timeline are all it gets. */
"use strict";

(function () {
	const byId = (id) => document.getElementById(id);
	const root = document.documentElement;

	/* ---- theme and print ---- */

	const themes = ["", "light", "dark"];
	const themeNames = {
		"": "as the system has it", light: "light", dark: "dark"
	};
	const changed = []; // called when colours did

	byId("tools").hidden = false;
	byId("theme").addEventListener("click", function () {
		const now = root.dataset.theme || "";
		const next = themes[(themes.indexOf(now) + 1) % themes.length];

		if (next)
			root.dataset.theme = next;
		else
			delete root.dataset.theme;
		this.textContent = "Theme: " + themeNames[next];
		changed.forEach((f) => f());
	});
	matchMedia("(prefers-color-scheme: dark)").addEventListener("change",
		() => changed.forEach((f) => f()));
	byId("print").addEventListener("click", () => window.print());

	let closed = [];

	window.addEventListener("beforeprint", function () {
		closed = [...document.querySelectorAll("details:not([open])")];
		closed.forEach((d) => { d.open = true; });
	});
	window.addEventListener("afterprint", function () {
		closed.forEach((d) => { d.open = false; });
	});

	/* A link to something that is folded away opens it. */
	function reveal() {
		const id = location.hash.slice(1);
		const target = id && byId(id);
		const folded = target && target.closest("details");

		if (folded) {
			folded.open = true;
			target.scrollIntoView();
		}
	}
	window.addEventListener("hashchange", reveal);
	reveal();

	/* ---- timeline ---- */

	const dataElement = byId("timeline-data");

	if (!dataElement || typeof Dygraph === "undefined")
		return;

	const data = JSON.parse(dataElement.textContent);
	const count = data.from.length;
	const step = data.seconds * data.per * 1000;
	const unit = byId("chart-rate").dataset.unit;
	const known = data.mid.filter((v) => v > 0);

	if (known.length === 0 || count < 2)
		return;

	const lowest = Math.min(...known);
	const highest = Math.max(...known);
	const top = 1.05 * Math.min(Math.max(...data.high), 1.6 * highest);
	const begin = data.from[0];
	const end = data.from[count - 1] + step;
	const zone = { timeZone: "UTC", timeZoneName: "short" };
	const words = new Intl.DateTimeFormat("en-GB", step >= 864e5
		? { dateStyle: "medium", timeZone: "UTC" }
		: Object.assign({ year: "numeric", month: "short",
			day: "numeric", hour: "2-digit", minute: "2-digit",
			second: step < 6e4 ? "2-digit" : undefined }, zone));

	function si(v) {
		const prefix = ["", "k", "M", "G", "T", "P", "E", "Z", "Y"];
		let e = 0;

		while (v >= 999.5 && e < prefix.length - 1) {
			v /= 1000;
			e++;
		}
		return Number(v.toPrecision(3)) + " " + prefix[e] + unit;
	}

	/* A value holds until its bin ends, also where a hole follows. */
	const rows = { rate: [], presence: [], point: [] };

	function add(i, at) {
		const low = Math.max(data.low[i], lowest / 1000);

		rows.point.push(i);
		rows.rate.push([new Date(at), data.mid[i] === null
			? [null, null, null]
			: [low, Math.max(data.mid[i], low), data.high[i]]]);
		rows.presence.push([new Date(at), data.sessions[i],
			data.contacts[i]]);
	}
	for (let i = 0; i < count; i++) {
		add(i, data.from[i]);
		if (data.mid[i] !== null
		    && (i + 1 === count || data.mid[i + 1] === null))
			add(i, data.from[i] + step - 1);
	}

	const colour = (name) =>
		getComputedStyle(root).getPropertyValue(name).trim();

	function hatch(context) {
		const tile = document.createElement("canvas");

		tile.width = tile.height = 8;
		const c = tile.getContext("2d");
		c.strokeStyle = colour("--gap");
		c.lineWidth = 1.5;
		c.beginPath();
		for (const x of [-8, 0, 8]) {
			c.moveTo(x, 8);
			c.lineTo(x + 8, 0);
		}
		c.stroke();
		return context.createPattern(tile, "repeat");
	}

	function stretches(context, graph) {
		context.strokeStyle = colour("--ink");
		context.lineWidth = 1.4;
		context.setLineDash([6, 4]);
		for (const [from, to, value] of data.stretches) {
			const y = graph.toDomYCoord(Math.max(value,
				lowest / 1000));

			context.beginPath();
			context.moveTo(graph.toDomXCoord(from), y);
			context.lineTo(graph.toDomXCoord(to), y);
			context.stroke();
		}
		context.setLineDash([]);
	}

	function watermark(context, area) {
		context.globalAlpha = 0.17;
		context.fillStyle = colour("--mark");
		context.font = "700 " + Math.round(
			Math.min(area.w / 14, area.h * 0.4)) + "px sans-serif";
		context.textAlign = "center";
		context.fillText("SIMULATED", area.x + area.w / 2,
			area.y + area.h * 0.6);
		context.globalAlpha = 1;
	}

	function underlay(context, area, graph) {
		const x = (t) => graph.toDomXCoord(t);
		const stripe = (from, to) => context.fillRect(x(from), area.y,
			x(to) - x(from), area.h);

		context.save();
		context.beginPath();
		context.rect(area.x, area.y, area.w, area.h);
		context.clip();
		context.fillStyle = hatch(context);
		for (let i = 0; i < count; i++) {
			if (!data.sensor[i])
				stripe(data.from[i], data.from[i] + step);
		}
		for (const m of [data.onset, data.end]) {
			if (!m)
				continue;
			context.fillStyle = colour("--within");
			if (m[0] !== null && m[2] !== null)
				stripe(m[0], m[2]);
			context.strokeStyle = colour("--mark");
			context.lineWidth = 1.5;
			context.beginPath();
			context.moveTo(x(m[1]), area.y);
			context.lineTo(x(m[1]), area.y + area.h);
			context.stroke();
		}
		if (graph.getOption("customBars"))
			stretches(context, graph);
		if (data.simulated)
			watermark(context, area);
		context.restore();
	}

	let rate = null, presence = null, selected = -1, together = false;

	function say(row) {
		const i = rows.point[row];

		selected = row;
		byId("chart-said").textContent = words.format(data.from[i]) + ": "
			+ (data.mid[i] === null
				? (data.sensor[i] ? "no hash rate determined"
					: "no input covers this time")
				: si(data.mid[i]) + " (" + si(data.low[i])
					+ " to " + si(data.high[i]) + "), "
					+ "shares: " + data.shares[i])
			+ "; sessions active: " + data.sessions[i]
			+ ", contacts begun: " + data.contacts[i];
	}

	function follow(graph) {
		const other = graph === rate ? presence : rate;

		if (together || !rate || !presence)
			return;
		together = true;
		other.updateOptions({ dateWindow: graph.xAxisRange() });
		together = false;
	}

	function options(more) {
		return Object.assign({
			labelsUTC: true, legend: "never", stepPlot: true,
			underlayCallback: underlay, drawCallback: follow,
			dateWindow: [begin, end], highlightCircleSize: 4,
			highlightCallback: (e, x, p, row) => say(row),
			gridLineColor: colour("--rule"),
			axisLineColor: colour("--soft"), strokeWidth: 1.8
		}, more);
	}

	function select(row) {
		const at = Math.min(Math.max(row, 0), rows.point.length - 1);
		const [from, to] = rate.xAxisRange();
		const when = rows.rate[at][0].getTime();

		if (when < from || when > to)
			rate.updateOptions({ dateWindow: [
				when - (to - from) / 2, when + (to - from) / 2] });
		rate.setSelection(at);
		presence.setSelection(at);
		say(at);
	}

	/* The next row that begins a point: not the ends that were put in. */
	function next(direction) {
		let row = selected < 0 ? (direction > 0 ? -1 : rows.point.length)
			: selected;

		do
			row += direction;
		while (row > 0 && row < rows.point.length
		       && rows.point[row] === rows.point[row - 1]);
		select(row);
	}

	function zoom(factor) {
		const [from, to] = rate.xAxisRange();
		const middle = selected < 0 ? (from + to) / 2
			: rows.rate[selected][0].getTime();
		const half = Math.min(Math.max((to - from) * factor, 2 * step),
			end - begin) / 2;

		rate.updateOptions({ dateWindow: factor > 1 && half * 2 >= end - begin
			? [begin, end] : [middle - half, middle + half] });
	}

	const whole = () => rate.updateOptions({ dateWindow: [begin, end] });

	function keys(e) {
		const does = {
			ArrowLeft: () => next(-1), ArrowRight: () => next(1),
			Home: () => select(0),
			End: () => select(rows.point.length - 1),
			"+": () => zoom(0.5), "=": () => zoom(0.5),
			"-": () => zoom(2), "0": whole
		}[e.key];

		if (!does || e.ctrlKey || e.metaKey || e.altKey)
			return;
		e.preventDefault();
		does();
	}

	function logarithmic(on) {
		const button = byId("chart-scale");

		button.setAttribute("aria-pressed", on);
		rate.updateOptions({ logscale: on,
			valueRange: on ? [lowest / 2, top] : [0, top] });
	}

	function draw() {
		/* It would set a style where the page's policy allows none. */
		Dygraph.PLUGINS = Dygraph.PLUGINS.filter(
			(p) => p !== Dygraph.Plugins.Legend);
		rate = new Dygraph(byId("chart-rate"), rows.rate, options({
			labels: ["Time", "Hash rate"], customBars: true,
			fillAlpha: 0.3, colors: [colour("--accent")],
			valueRange: [0, top],
			axes: { y: { axisLabelWidth: 76, axisLabelFormatter: si } }
		}));
		presence = new Dygraph(byId("chart-presence"), rows.presence, options({
			labels: ["Time", "Sessions", "Contacts"], fillGraph: true,
			colors: [colour("--accent"), colour("--mark")],
			valueRange: [0, 1.1 * Math.max(1, ...data.sessions,
				...data.contacts)],
			axes: { y: { axisLabelWidth: 76, pixelsPerLabel: 24 } }
		}));
	}

	byId("chart-live").hidden = false;
	root.classList.add("live");
	try {
		draw();
	} catch (e) { // the still one is as good
		byId("chart-live").hidden = true;
		root.classList.remove("live");
		throw e;
	}
	byId("chart-keys").addEventListener("keydown", keys);
	byId("chart-scale").addEventListener("click", function () {
		logarithmic(this.getAttribute("aria-pressed") !== "true");
	});
	byId("chart-in").addEventListener("click", () => zoom(0.5));
	byId("chart-out").addEventListener("click", () => zoom(2));
	byId("chart-all").addEventListener("click", whole);
	if (highest > 50 * lowest)
		logarithmic(true);
	changed.push(function () {
		const lines = { gridLineColor: colour("--rule"),
			axisLineColor: colour("--soft") };

		rate.updateOptions(Object.assign({
			colors: [colour("--accent")] }, lines));
		presence.updateOptions(Object.assign({
			colors: [colour("--accent"), colour("--mark")] }, lines));
	});
})();
