// What frames every screen: the way to the others, search, language, theme, help, pins, messages.

import { Suspense } from "preact/compat";
import { useEffect, useRef } from "preact/hooks";
import { language, setLanguage, t } from "../i18n";
import { address, route, to } from "../router";
import { helpOpen } from "../state/app";
import { dark, theme } from "../state/theme";
import { Icon } from "../ui/icon";
import { Link } from "../ui/link";
import { SearchBox } from "../ui/search_box";
import { Loading } from "../ui/states";
import { Help } from "./help";
import { Notice } from "./notice";
import { Pins } from "./pins";
import { screenOf } from "./screens";

const PLACES = ["map", "path", "groups", "timeline", "taste", "create", "data"] as const;

export function Shell() {
  const { screen } = route.value;
  const Screen = screenOf(screen);
  const main = useRef<HTMLElement>(null);
  const before = useRef(screen);
  useEffect(() => {
    // A new screen takes the focus, so that what comes next is read from its beginning.
    if (before.current !== screen && screen !== "home") main.current?.focus({ preventScroll: true });
    before.current = screen;
  }, [screen]);
  return (
    <>
      <a class="skip" href="#main" onClick={(event) => skip(event, main.current)}>
        {t("shell.skip")}
      </a>
      <header class="top">
        <Link class="brand" to="/" title={t("shell.home")}>
          <Mark />
          <span>{t("app.name")}</span>
        </Link>
        {screen !== "home" && <SearchBox main />}
        <nav aria-label={t("shell.nav")}>
          <ul>
            {PLACES.map((place) => (
              <li key={place}>
                <Link to={to(place)} aria-current={screen === place ? "page" : undefined}>
                  {t(`nav.${place}`)}
                </Link>
              </li>
            ))}
          </ul>
        </nav>
        <div class="top-tools">
          <button
            type="button"
            class="tool language"
            lang={language.value === "zh" ? "en" : "zh-Hans"}
            onClick={() => setLanguage(language.value === "zh" ? "en" : "zh")}
          >
            {language.value === "zh" ? "English" : "中文"}
          </button>
          <button
            type="button"
            class="tool"
            aria-label={t(dark.value ? "shell.light" : "shell.dark")}
            title={t(dark.value ? "shell.light" : "shell.dark")}
            onClick={() => {
              theme.value = dark.value ? "light" : "dark";
            }}
          >
            <Icon name={dark.value ? "sun" : "moon"} />
          </button>
          <button
            type="button"
            class="tool"
            aria-label={t("help.title")}
            title={`${t("help.title")} (?)`}
            onClick={() => {
              helpOpen.value = true;
            }}
          >
            <Icon name="help" />
          </button>
        </div>
      </header>
      <main id="main" ref={main} tabIndex={-1} class={`screen screen-${screen}`} key={language.value}>
        <Suspense fallback={<Loading />}>
          <Screen key={screenKey(screen)} />
        </Suspense>
      </main>
      <Pins />
      <Notice />
      {helpOpen.value && <Help />}
      <span class="hidden" aria-live="polite">
        {screen === "home" ? "" : address.value && document.title}
      </span>
    </>
  );
}

/** Titles keep their screen mounted from one to the next; other screens begin anew. */
function screenKey(screen: string): string {
  return screen;
}

function skip(event: MouseEvent, main: HTMLElement | null): void {
  event.preventDefault();
  main?.focus();
}

function Mark() {
  return (
    <svg class="mark" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <path class="mark-lines" d="M8 9 24 7M8 9l7 15M24 7l-9 17" />
      <circle cx="8" cy="9" r="4.200" fill="#56b4e9" />
      <rect x="20" y="3" width="8" height="8" rx="1.200" fill="#e69f00" />
      <path d="m15 19 5 8.500H10z" fill="#cc79a7" />
    </svg>
  );
}
