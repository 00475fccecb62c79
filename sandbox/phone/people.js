/** Everybody the phone knows. A person is found by user id or by phone number, whichever is given. */

/** @param customers the invented people who are there from the beginning */
export function createDirectory(customers) {
	const people = [];

	const find = ({ userId, phone }) =>
		people.find(
			(person) => (userId && person.userId === userId) || (phone && person.phone === phone),
		);

	/** Adds what is newly known about somebody, and returns the person; null if nobody is named. */
	const learn = ({ userId, phone, ...more }) => {
		if (!userId && !phone) return null;
		let person = find({ userId, phone });
		if (!person) people.push((person = { userId: null, phone: null, username: null }));
		const known = Object.entries({ userId, phone, ...more }).filter(([, value]) => value);
		return Object.assign(person, Object.fromEntries(known));
	};

	for (const { userId, phone, username, fullName } of customers) {
		learn({ userId, phone, username, profileName: fullName });
	}
	return { people, find, learn };
}

/** What the owner's phone shows: the saved name before the person's own. */
export function nameOf({ savedName, profileName, username, phone, userId }) {
	return savedName ?? profileName ?? (username ? `@${username}` : phone ? readable(phone) : userId);
}

/** How the person can be reached: by number, or else by username. */
export function addressOf({ username, phone, userId }) {
	return phone ? readable(phone) : username ? `@${username}` : userId;
}

/** Digits in groups: +34 600 333 444. */
export function readable(phone) {
	return `+${phone.replace(/\D/g, '').replace(/^(\d\d)(\d{3})(\d{3})(\d+)$/, '$1 $2 $3 $4')}`;
}
