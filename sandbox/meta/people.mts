/** Invented customers. Nobody here exists. */
import type { AtLeast } from '../lists.mts';
import { createRandom } from './random.mts';

export interface Person {
	fullName: string;
	firstName: string;
	/** Digits; null for people whose number Meta does not disclose. */
	phone: string | null;
	userId: string;
	username: string | null;
}

const FIRST_NAMES = [
	'Marta',
	'Íñigo',
	'Lucía',
	'Óscar',
	'Nuria',
	'Jürgen',
	'Zoë',
	'Amélie',
	'Bruno',
	'Søren',
	'Irene',
	'Tomás',
	'Ana',
	'Łukasz',
	'Carmen',
	'Hugo',
	'Aïcha',
	'Pablo',
	'Vera',
	'Iker',
];
const LAST_NAMES = [
	'Gil',
	'Peña',
	'Núñez',
	'Sanz',
	'Roca',
	'Vidal',
	'Ibáñez',
	'Mora',
	'Castaño',
	'Lago',
	'Soler',
	'Ortuño',
	'Prado',
	'Ríos',
	'Campos',
	'Bravo',
	'Leal',
	'Muñoz',
	'Serra',
	'Cano',
];

/**
 * The same people for the same seed, all with different numbers and user ids. The first is always Marta Gil
 * (34600333444, ES.4815162342ABC).
 *
 * @param usernameOnlyShare how many in a hundred per cent (0 to 1) have a username and no visible number
 */
export function inventPeople<Count extends number>(
	count: Count,
	seed: number,
	usernameOnlyShare = 0,
): AtLeast<Count, Person> {
	const random = createRandom(seed);
	const people = Array.from({ length: count }, (_, index): Person => {
		if (index === 0) {
			return {
				fullName: 'Marta Gil',
				firstName: 'Marta',
				phone: '34600333444',
				userId: 'ES.4815162342ABC',
				username: 'marta.g',
			};
		}
		const firstName = random.pick(FIRST_NAMES);
		const usernameOnly = random.next() < usernameOnlyShare;
		const unique = ((seed % 50) * 10_000 + index) % 500_000;
		return {
			fullName: `${firstName} ${random.pick(LAST_NAMES)}`,
			firstName,
			phone: usernameOnly ? null : `34600${400_000 + unique}`,
			userId: `ES.${1_000_000_000 + unique}${random.hex(6)}`,
			username: usernameOnly || random.next() < 0.2 ? `customer.${unique}` : null,
		};
	});
	return people as AtLeast<Count, Person>;
}
