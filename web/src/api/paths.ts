import type { paths } from './schema';

/** "/api/products/{id}/releases" → `/products/${string}/releases` */
type Filled<P extends string> = P extends `${infer Head}{${string}}${infer Tail}` ? `${Head}${string}${Filled<Tail>}` : P;
type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';
type Without<P> = P extends `/api${infer Rest}` ? Rest : never;

/** Addresses that the server answers with that method; any other does not compile. */
export type Path<M extends Method> = { [P in keyof paths & string]: paths[P] extends { [K in M]: object } ? Without<Filled<P>> : never }[keyof paths & string];
