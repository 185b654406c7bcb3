// Begins the app: where answers come from is written in the page itself.

import { render } from "preact";
import { httpSource } from "./data/http";
import type { DataSource } from "./data/source";
import { startLanguage } from "./i18n";
import { startRouter } from "./router";
import { Shell } from "./shell/shell";
import { source } from "./state/app";
import { startKeys } from "./state/keys";
import { askAhead } from "./state/near";
import { startTheme } from "./state/theme";
import "./styles/all.css";

async function chosenSource(): Promise<DataSource> {
  const named = document.querySelector<HTMLMetaElement>('meta[name="reelation-source"]')?.content;
  if (named !== "folder") return httpSource();
  const { folderSource } = await import("./data/folder");
  return folderSource();
}

async function start(): Promise<void> {
  const found = await chosenSource();
  source.value = found;
  startTheme();
  startLanguage();
  startRouter(found.kind === "folder" ? "hash" : "path");
  startKeys();
  askAhead();
  const root = document.getElementById("app");
  if (root) render(<Shell />, root);
}

void start();
