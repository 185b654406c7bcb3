// The map in its two modes: all titles as points, or one title and what is around it.

import { lazy, Suspense } from "preact/compat";
import { t } from "../i18n";
import { amend, route } from "../router";
import { useDocumentTitle } from "../state/use_document_title";
import { Loading } from "../ui/states";

const AtlasMap = lazy(() => import("../map/atlas_map"));
const EgoScreen = lazy(() => import("../map/ego_screen"));
const MODES = ["atlas", "ego"] as const;

export default function MapScreen() {
  const { query } = route.value;
  const mode = query.get("mode") === "ego" ? "ego" : "atlas";
  useDocumentTitle(t("nav.map"));
  return (
    <div class="map-screen">
      <header class="map-head">
        <h1>{t(`map.${mode}.title`)}</h1>
        <div class="switch" role="group" aria-label={t("map.mode")}>
          {MODES.map((one) => (
            <button
              key={one}
              type="button"
              aria-pressed={one === mode}
              onClick={() => amend({ mode: one, table: null }, { replace: false })}
            >
              {t(`map.${one}`)}
            </button>
          ))}
        </div>
      </header>
      <Suspense fallback={<Loading rows={3} />}>{mode === "ego" ? <EgoScreen /> : <AtlasMap />}</Suspense>
    </div>
  );
}
