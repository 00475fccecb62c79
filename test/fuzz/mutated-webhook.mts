import type { Random } from '../../sandbox/meta/random.mts';
import type { Json, JsonObject } from '../unit/events/webhooks.mts';

/** Where a value stands: the object or list that has it, and its key there. */
interface Place {
	parent: JsonObject | Json[];
	key: string;
}

/** Values that Meta never sends, or not there. */
const ODD_VALUES: readonly Json[] = [
	null,
	true,
	false,
	0,
	-1,
	1.5,
	1e300,
	'',
	' ',
	'0',
	'-1',
	'1e999',
	'99999999999999999999',
	'wamid.HBgLMzQ2MDAzMzM0NDQVAgASGBQz',
	'\u0000',
	'\ud800',
	'👩‍👩‍👧‍👦',
	'__proto__',
	'constructor',
	'2026-11-26T00:00:00Z',
	[],
	{},
	[[]],
	[null],
	[''],
	[{}],
	{ '': '' },
	{ length: 3 },
	{ toString: 1, valueOf: 2, toJSON: 3 },
	JSON.parse('{"__proto__":{"polluted":"yes"},"constructor":{"prototype":{"polluted":"yes"}}}'),
];

/** Names that mean something in JavaScript, or nothing to anybody. */
const ODD_KEYS = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', '', '0', 'new_key'];

/** Makes webhooks of webhooks: each a real one in which one to eight things are otherwise. */
export class Mutator {
	private readonly bodies: readonly Json[];
	private readonly random: Random;
	/** Whatever stands under a key somewhere in the real ones. */
	private readonly valuesOfKey = new Map<string, Json[]>();
	private readonly keys: string[];

	constructor(bodies: readonly Json[], random: Random) {
		this.bodies = bodies;
		this.random = random;
		for (const body of bodies) {
			for (const { parent, key } of placesIn(body)) {
				if (Array.isArray(parent)) continue;
				const values = this.valuesOfKey.get(key) ?? [];
				this.valuesOfKey.set(key, [...values, parent[key] as Json]);
			}
		}
		this.keys = [...this.valuesOfKey.keys()];
	}

	next(): Json {
		const root: JsonObject = { body: structuredClone(this.random.pick(this.bodies)) };
		for (let left = 1 + this.random.integer(8); left > 0; left--) {
			const places = placesIn(root);
			if (places.length > 0) this.mutate(this.random.pick(places));
		}
		return root.body ?? null;
	}

	private mutate({ parent, key }: Place): void {
		const value = valueAt(parent, key);
		const isList = Array.isArray(value);
		switch (this.random.integer(10)) {
			case 0:
				if (Array.isArray(parent)) parent.splice(Number(key), 1);
				else delete parent[key];
				break;
			case 1:
				put(parent, key, this.random.pick(ODD_VALUES));
				break;
			case 2:
				put(parent, key, this.anyValue());
				break;
			case 3:
				put(parent, key, this.random.pick(this.valuesOfKey.get(key) ?? ODD_VALUES));
				break;
			case 4:
				put(parent, key, isList ? (value[0] ?? null) : [value]);
				break;
			case 5:
				if (isList) put(parent, key, this.random.shuffle([...value, ...value]));
				else put(parent, key, { [this.anyKey()]: value });
				break;
			case 6:
				if (isObject(value)) put(value, this.anyKey(), this.anyValue());
				else if (isList) value.push(this.anyValue());
				break;
			case 7:
				if (Array.isArray(parent)) break;
				delete parent[key];
				put(parent, this.anyKey(), value);
				break;
			case 8:
				if (typeof value === 'string') put(parent, key, this.otherText(value));
				else put(parent, key, JSON.stringify(value));
				break;
			case 9:
				put(parent, key, nested(value, 1 + this.random.integer(50)));
				break;
		}
	}

	private anyValue(): Json {
		if (this.random.integer(4) === 0) return this.random.pick(ODD_VALUES);
		return this.random.pick(this.valuesOfKey.get(this.random.pick(this.keys)) ?? ODD_VALUES);
	}

	private anyKey(): string {
		return this.random.pick(this.random.integer(4) === 0 ? ODD_KEYS : this.keys);
	}

	private otherText(text: string): string {
		const at = this.random.integer(text.length + 1);
		const between = this.random.pick(['', ' ', '+', '0', '\u0000', 'ñ', '\ud83d', '"']);
		return text.slice(0, at) + between + text.slice(at + this.random.integer(3));
	}
}

function isObject(value: Json | undefined): value is JsonObject {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function placesIn(value: Json, places: Place[] = []): Place[] {
	if (typeof value !== 'object' || value === null) return places;
	for (const [key, member] of Object.entries(value)) {
		places.push({ parent: value, key });
		placesIn(member, places);
	}
	return places;
}

function valueAt(parent: JsonObject | Json[], key: string): Json {
	return (parent as JsonObject)[key] ?? null;
}

/** A copy, so that nothing stands in two places. `__proto__` is a name as any other, as in `JSON.parse`. */
function put(parent: JsonObject | Json[], key: string, value: Json): void {
	Object.defineProperty(parent, key, {
		value: structuredClone(value),
		enumerable: true,
		configurable: true,
		writable: true,
	});
}

function nested(value: Json, depth: number): Json {
	let outer = value;
	for (let level = 0; level < depth; level++) outer = level % 2 === 0 ? [outer] : { inner: outer };
	return outer;
}
