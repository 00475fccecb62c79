import type { INodeProperties } from 'n8n-workflow';

/** The industries that Meta knows. */
const VERTICALS: Record<string, string> = {
	ALCOHOL: 'Alcoholic Beverages',
	APPAREL: 'Clothing and Apparel',
	AUTO: 'Automotive',
	BEAUTY: 'Beauty, Spa and Salon',
	EDU: 'Education',
	ENTERTAIN: 'Entertainment',
	EVENT_PLAN: 'Event Planning and Service',
	FINANCE: 'Finance and Banking',
	GOVT: 'Public Service',
	GROCERY: 'Food and Grocery',
	HEALTH: 'Medical and Health',
	HOTEL: 'Hotel and Lodging',
	NONPROFIT: 'Non-Profit',
	ONLINE_GAMBLING: 'Online Gambling and Gaming',
	OTC_DRUGS: 'Over-the-Counter Drugs',
	OTHER: 'Other',
	PHYSICAL_GAMBLING: 'Non-Online Gambling and Gaming',
	PROF_SERVICES: 'Professional Services',
	RESTAURANT: 'Restaurant',
	RETAIL: 'Shopping and Retail',
	TRAVEL: 'Travel and Transportation',
};

/** The changes that the user can choose. */
export const changesProperty: INodeProperties = {
	displayName: 'Changes',
	name: 'changes',
	type: 'collection',
	placeholder: 'Add Field',
	default: {},
	description: 'Only the fields added here are changed',
	options: [
		{
			displayName: 'About',
			name: 'about',
			type: 'string',
			default: '',
			description: 'The short text below the name, 1 to 139 characters',
		},
		{
			displayName: 'Address',
			name: 'address',
			type: 'string',
			default: '',
			description: 'At most 256 characters',
		},
		{
			displayName: 'Description',
			name: 'description',
			type: 'string',
			typeOptions: { rows: 3 },
			default: '',
			description: 'At most 512 characters',
		},
		{
			displayName: 'Email',
			name: 'email',
			type: 'string',
			default: '',
			placeholder: 'e.g. name@email.com',
			description: 'At most 128 characters',
		},
		{
			displayName: 'Industry',
			name: 'vertical',
			type: 'options',
			default: 'OTHER',
			options: Object.entries(VERTICALS)
				.map(([value, name]) => ({ name, value }))
				.sort((a, b) => a.name.localeCompare(b.name)),
		},
		{
			displayName: 'Profile Picture Field',
			name: 'profilePictureField',
			type: 'string',
			default: 'data',
			description:
				'The name of the input field that holds the picture, as the Binary tab of the input shows it: a square JPEG or PNG',
		},
		{
			displayName: 'Websites',
			name: 'websites',
			type: 'string',
			typeOptions: { multipleValues: true, multipleValueButtonText: 'Add Website' },
			default: [],
			placeholder: 'e.g. https://example.com',
			description:
				'At most two addresses, each with http:// or https:// and at most 256 characters',
		},
	],
};
