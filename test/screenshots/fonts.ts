import { access, cp, mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder } from '../services/binaries.ts';
import { unpackPackage } from '../services/npmPackage.ts';

/** The page uses the machine's fonts. The screenshots use these instead, so that they look the same on every machine. */
const sources = [
  {
    packageName: '@expo-google-fonts/inter@0.4.2',
    sha512:
      'b327e222631a0e6abb7058b4a1ffb0684d8ce2e482c9dd7ace0c96c5d3ce63b7cdd9506648b284ce47db66078e8c9abad644aa3c134db578e0822422483ea031',
  },
  {
    packageName: '@expo-google-fonts/noto-color-emoji@0.4.6',
    sha512:
      'da901a90591af1e48308707977a34da7fed6ace64089561cc9c3aa01b71c3ddf0ff336965157d0d0ddf2f389cd3e6842413f6acccf5ba438ba72032ee9f44a12',
  },
];

const configName = 'fonts.conf';

/** An environment in which programs prefer those fonts. They are fetched from npm once, into the user's cache folder. */
export async function fontEnvironment(): Promise<{ FONTCONFIG_FILE: string }> {
  const cache = cacheFolder();
  const home = join(cache, `fonts-${sources.map(({ sha512 }) => sha512.slice(0, 6)).join('-')}`);
  const config = join(home, configName);
  const isThere = await access(config).then(
    () => true,
    () => false,
  );
  if (!isThere) await fetchFonts(cache, home);
  return { FONTCONFIG_FILE: config };
}

async function fetchFonts(cache: string, home: string): Promise<void> {
  await mkdir(cache, { recursive: true });
  const folder = await mkdtemp(join(cache, 'fetch-'));
  try {
    process.stderr.write(`fetching fonts from npm (once, 13 MB) into ${cache}\n`);
    const fonts = join(folder, 'fonts');
    for (const source of sources) {
      const files = await unpackPackage(source, folder);
      for (const file of await readdir(files, { recursive: true })) {
        if (file.endsWith('.ttf') && !/italic/i.test(file)) await cp(join(files, file), join(fonts, file));
      }
      await rm(files, { recursive: true });
    }
    await writeFile(join(fonts, configName), fontsConfig(home));
    await rm(home, { recursive: true, force: true });
    await rename(fonts, home);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const prefer = (family: string, font: string) =>
  `<alias binding="strong"><family>${family}</family><prefer><family>${font}</family></prefer></alias>`;

/** Missing scripts, such as Hebrew, use the machine's fonts. */
const fontsConfig = (home: string) => `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${home}</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir>${home}-cache</cachedir>
  ${['sans', 'sans-serif', 'system-ui'].map((family) => prefer(family, 'Inter')).join('\n  ')}
  ${prefer('emoji', 'Noto Color Emoji')}
</fontconfig>
`;
