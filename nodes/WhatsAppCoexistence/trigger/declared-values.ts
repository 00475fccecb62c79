import type { INodeParameters, INodeProperties } from 'n8n-workflow';

/**
 * Types the values that people enter by how their parameters are declared, so that a parameter is
 * declared once: `declare([{ name: 'age', type: 'number', … }])` gives `{ age: number }`.
 */
export type ValuesOf<P extends readonly Declared[]> = {
	-readonly [Each in P[number] as Each['type'] extends 'notice'
		? never
		: Each['name']]: ValueOf<Each>;
};

type Declared = Pick<INodeProperties, 'name' | 'options' | 'type'>;

type ValueOf<P> = P extends { type: 'boolean' }
	? boolean
	: P extends { type: 'number' }
		? number
		: P extends { type: 'options'; options: ReadonlyArray<{ value: infer Value }> }
			? Value
			: P extends { type: 'multiOptions'; options: ReadonlyArray<{ value: infer Value }> }
				? Value[]
				: P extends { type: 'multiOptions' }
					? string[]
					: P extends { type: 'collection'; options: infer Options extends readonly Declared[] }
						? ValuesOf<Options>
						: P extends { type: 'fixedCollection'; options: infer Groups extends readonly Group[] }
							? { [Each in Groups[number] as Each['name']]?: ValuesOf<Each['values']> }
							: string;

interface Group {
	name: string;
	values: readonly Declared[];
}

/** The parameters as they are, with their names and options kept in their type. */
export function declare<const P extends INodeProperties[]>(parameters: P): P {
	return parameters;
}

/** What was entered, with the default of whatever was not. Groups of fields that were not added are absent. */
export function valuesOf<P extends readonly INodeProperties[]>(
	declared: P,
	entered: INodeParameters = {},
): ValuesOf<P> {
	return Object.fromEntries(
		declared.map(({ name, type, options, default: fallback }) => {
			const value = entered[name];
			if (type === 'collection') {
				return [name, valuesOf(options as INodeProperties[], value as INodeParameters)];
			}
			return [name, value ?? (type === 'fixedCollection' ? {} : fallback)];
		}),
	) as ValuesOf<P>;
}
