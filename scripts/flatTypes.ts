import { writeFileSync } from 'node:fs';
import path from 'node:path';
import ts from '@typescript/typescript6';

/**
 * Writes into `folder` declarations that replace inferred types, so that users do not need the packages that they are inferred
 * from: `shared.d.ts` with every type of @earshot/shared written out, `api.d.ts` with the client's procedures, and
 * `server.d.ts` with the server's router and an opaque context. Fails when a type is broken.
 */
export function writeFlatTypes(root: string, folder: string): void {
  const entry = path.join(folder, 'entry.ts');
  const source = (file: string) => path.relative(folder, path.join(root, 'packages', file));
  writeFileSync(
    entry,
    `import type { AppRouter } from '@earshot/server';
    export type * from '@earshot/shared';
    export type { EarshotApi, RouterInputs, RouterOutputs } from '${source('client/src/api.ts')}';
    export type ErrorShape = AppRouter['_def']['_config']['$types']['errorShape'];
    export type Procedures = AppRouter['_def']['record'];`,
  );
  const types = writtenOut(entry, compilerOptions(root));
  const write = (file: string, text: string) => writeFileSync(path.join(folder, file), text);
  const pick = (...names: string[]) => types.filter(({ name }) => names.includes(name));
  const api = pick('EarshotApi', 'RouterInputs', 'RouterOutputs');
  const router = pick('ErrorShape', 'Procedures');
  const nouns = types.filter((type) => !api.includes(type) && !router.includes(type));
  const importNouns = `import type { ${nouns.map(({ name }) => name).join(', ')} } from '@earshot/shared';`;
  write('shared.d.ts', `export * from '${source('shared/src/index.ts')}';\n${declareAll(nouns, nouns)}`);
  write(
    'api.d.ts',
    `import type { Mutation, Query, Subscription, SubscriptionHandlers } from '${source('client/src/procedureTypes.ts')}';
    ${importNouns}
    ${trackedData}
    ${declareAll(api, nouns)}`,
  );
  write(
    'server.d.ts',
    // The main entry of @trpc/server also declares its adapters, which need the types of ws and Node.js.
    `import type {
      TRPC_ERROR_CODE_NUMBER,
      BuiltRouter,
      DecorateCreateRouterOptions,
      MutationProcedure,
      QueryProcedure,
      SubscriptionProcedure,
    } from '@trpc/server/unstable-core-do-not-import';
    ${importNouns}
    ${declareAll(router, [...nouns, ...router])}
    ${trackedData}
    interface RootTypes { ctx: object; meta: object; errorShape: ErrorShape; transformer: true }
    /** The type of the server's API. */
    export type AppRouter = BuiltRouter<RootTypes, Procedures>;
    /** The server's API as a value. */
    export declare const appRouter: AppRouter;`,
  );
}

/** The printed types refer to it by tRPC's name, which tRPC does not export. */
const trackedData = `/** An event with the id to resume from. */
    export interface TrackedData<T> { id: string; data: T }`;

interface WrittenOut {
  name: string;
  documentation: string;
  /** The type with all inferred types expanded. */
  text: string;
  isInterface: boolean;
}

function writtenOut(entry: string, options: ts.CompilerOptions): WrittenOut[] {
  const program = ts.createProgram([entry], options);
  const source = program.getSourceFile(entry);
  if (source === undefined) throw new Error(`${entry} cannot be read`);
  const errors = ts.getPreEmitDiagnostics(program, source);
  if (errors.length > 0) throw new Error(`Types are broken:\n${describe(errors)}`);
  const checker = program.getTypeChecker();
  const module = checker.getSymbolAtLocation(source);
  if (module === undefined) throw new Error(`${entry} exports nothing`);
  return checker.getExportsOfModule(module).flatMap((exported) => {
    const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
    const declaration = symbol.declarations?.find(ts.isTypeAliasDeclaration);
    if (declaration === undefined || declaration.typeParameters !== undefined) return [];
    const type = checker.getDeclaredTypeOfSymbol(symbol);
    const { NoTruncation, InTypeAlias } = ts.TypeFormatFlags;
    return {
      name: exported.name,
      documentation: ts.displayPartsToString(symbol.getDocumentationComment(checker)),
      text: checker.typeToString(type, undefined, NoTruncation | InTypeAlias),
      // tRPC's records of procedures need the implicit index signature of a type alias, which interfaces lack.
      isInterface: (type.flags & ts.TypeFlags.Object) !== 0 && exported.name !== 'Procedures',
    };
  });
}

function declareAll(types: readonly WrittenOut[], others: readonly WrittenOut[]): string {
  return types.map((type) => declare(type, others)).join('');
}

/** The declaration of a type. The expanded text of another declared type is replaced by its name. */
function declare({ name, documentation, text, isInterface }: WrittenOut, others: readonly WrittenOut[]): string {
  const parts = others.filter((other) => other.text.length < text.length && /[{|]/.test(other.text));
  const named = parts
    .toSorted((a, b) => b.text.length - a.text.length)
    .reduce((result, part) => result.replaceAll(part.text, part.name), text);
  const comment = documentation === '' ? '' : `/** ${documentation} */\n`;
  return `${comment}export ${isInterface && named.startsWith('{') ? `interface ${name} ${named}` : `type ${name} = ${named};`}\n`;
}

function compilerOptions(root: string): ts.CompilerOptions {
  const host = { ...ts.sys, onUnRecoverableConfigFileDiagnostic: () => {} };
  const config = ts.getParsedCommandLineOfConfigFile(path.join(root, 'tsconfig.json'), { noEmit: true }, host);
  if (config === undefined) throw new Error('tsconfig.json cannot be read');
  return config.options;
}

function describe(errors: readonly ts.Diagnostic[]): string {
  return ts.formatDiagnostics(errors, {
    getCanonicalFileName: (file) => file,
    getCurrentDirectory: () => process.cwd(),
    getNewLine: () => '\n',
  });
}
