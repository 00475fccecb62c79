/**
 * What the types can say: typescript-eslint's typed recommendation over all TypeScript. n8n's own lint,
 * whose configuration may not be changed, runs beside it over nodes/ and credentials/.
 */
import typescriptEslint from 'typescript-eslint';

export default typescriptEslint.config(
	{ ignores: ['dist', '**/*.{js,cjs,mjs}'] },
	{
		files: ['**/*.{ts,mts}'],
		extends: [typescriptEslint.configs.recommendedTypeChecked],
		languageOptions: {
			parserOptions: { project: ['tsconfig.json', 'test/tsconfig.json'] },
		},
		rules: {
			'@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
			// The compiler says it too, and knows the members that are taken out of an object by naming them.
			'@typescript-eslint/no-unused-vars': 'off',
			// A function is async where its caller is owed a promise: what it throws is then a rejection.
			'@typescript-eslint/require-await': 'off',
			// What people enter may be anything: it becomes text first, and the text is what is checked.
			'@typescript-eslint/no-base-to-string': 'off',
		},
	},
	{
		files: ['**/*.mts'],
		rules: {
			// What is taken apart here are objects made of closures, which know no `this`.
			'@typescript-eslint/unbound-method': 'off',
		},
	},
	{
		files: ['test/**/*.mts', 'bench/**/*.mts'],
		rules: {
			// They look into the JSON that n8n, Meta and others answer with: a wrong name fails the expectation.
			'@typescript-eslint/no-explicit-any': 'off',
			'@typescript-eslint/no-unsafe-argument': 'off',
			'@typescript-eslint/no-unsafe-assignment': 'off',
			'@typescript-eslint/no-unsafe-call': 'off',
			'@typescript-eslint/no-unsafe-member-access': 'off',
			'@typescript-eslint/no-unsafe-return': 'off',
		},
	},
);
