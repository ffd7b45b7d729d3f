import { parseSync, Visitor } from 'oxc-parser';

/** The modules, files and type libraries that a declaration file refers to. */
export function modulesOf(text: string): Set<string> {
  const { program, comments, errors } = parseSync('file.d.ts', text);
  const error = errors[0];
  if (error !== undefined) throw new Error(error.message);
  const needed = new Set(comments.flatMap(({ type, value }) => (type === 'Line' ? references(value) : [])));
  const add = (module: { value: string } | null) => {
    if (module) needed.add(module.value);
  };
  const addSource = ({ source }: { source: { value: string } | null }) => add(source);
  const addRequired = ({ expression }: { expression: { value: string } }) => add(expression);
  new Visitor({
    ImportDeclaration: addSource,
    ExportNamedDeclaration: addSource,
    ExportAllDeclaration: addSource,
    TSImportType: addSource,
    TSExternalModuleReference: addRequired,
  }).visit(program);
  return needed;
}

/** Parses `/// <reference types="node" />`, from the text after the first two slashes. */
function references(comment: string): string[] {
  return Array.from(
    comment.matchAll(/^\/\s*<reference\s+(?:types|path|lib)=(["'])(.*?)\1/g),
    ([, , name = '']) => name,
  );
}
