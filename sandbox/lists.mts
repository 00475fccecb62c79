/** A list that has at least so many entries. Eight are promised at most: nobody takes more of them by name. */
export type AtLeast<Count extends number, T, Known extends T[] = []> = Known['length'] extends
	| Count
	| 8
	? [...Known, ...T[]]
	: AtLeast<Count, T, [...Known, T]>;
