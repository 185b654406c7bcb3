// All keys, and the switch that turns them off.

import { t } from "../i18n";
import { helpOpen } from "../state/app";
import { keysOn } from "../state/keys";
import { Drawer } from "../ui/drawer";

const KEYS: [string[], Parameters<typeof t>[0]][] = [
  [["/"], "help.search"],
  [["j", "k"], "help.move"],
  [["Enter"], "help.open"],
  [["w"], "help.why"],
  [["s"], "mark.seen"],
  [["e"], "mark.like"],
  [["b"], "mark.watchlist"],
  [["x"], "mark.hide"],
  [["p"], "mark.pin"],
  [["g m"], "nav.map"],
  [["g p"], "nav.path"],
  [["g g"], "nav.groups"],
  [["g l"], "nav.timeline"],
  [["g t"], "nav.taste"],
  [["g c"], "nav.create"],
  [["g d"], "nav.data"],
  [["g h"], "shell.home"],
  [["← ↑ → ↓", "+ −"], "help.map"],
  [["Esc"], "close"],
  [["?"], "help.title"],
];

export function Help() {
  return (
    <Drawer
      side={false}
      title={t("help.title")}
      onClose={() => {
        helpOpen.value = false;
      }}
    >
      <dl class="keys">
        {KEYS.map(([keys, what]) => (
          <div key={what}>
            <dt>
              {keys.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{t(what)}</dd>
          </div>
        ))}
      </dl>
      <label class="check">
        <input
          type="checkbox"
          checked={keysOn.value}
          onChange={(event) => {
            keysOn.value = event.currentTarget.checked;
          }}
        />
        {t("help.on")}
      </label>
    </Drawer>
  );
}
