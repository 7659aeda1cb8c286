import js from '@eslint/js';
import globals from 'globals';

export default [
  { ignores: ['static/vendor/', 'node_modules/', '.venv/'] },
  js.configs.recommended,
  {
    files: ['static/**/*.js'],
    languageOptions: { globals: globals.browser },
    rules: {
      eqeqeq: 'error',
      'no-var': 'error',
      'prefer-const': 'error',
      'no-unused-vars': ['error', { ignoreRestSiblings: true }],
    },
  },
  {
    files: ['static/**/*{sw,worker}.js'],
    languageOptions: { globals: globals.worker },
  },
];
