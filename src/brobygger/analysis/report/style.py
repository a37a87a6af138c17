"""How the report looks, on the screen and in print."""

from __future__ import annotations

STYLE = """
*{box-sizing:border-box}
body{margin:0;background:#fff;color:#1d1d1f;font:17px/1.5 system-ui,"Segoe UI",Roboto,Arial,sans-serif}
main{max-width:820px;margin:0 auto;padding:24px 16px 64px}
h1{font-size:1.9rem;line-height:1.2;margin:0 0 12px}
h2{font-size:1.45rem;line-height:1.25;margin:48px 0 12px;padding-top:16px;border-top:2px solid #1d1d1f}
header h2{border:0;padding:0;margin:24px 0 8px;font-size:1.1rem}
h3{font-size:1.18rem;margin:36px 0 8px}
h4{font-size:1rem;margin:24px 0 8px}
p{margin:0 0 12px}
.note{background:#fff4d6;border-left:4px solid #b8860b;padding:10px 14px}
.lead{font-size:1.12rem}
.word{display:inline-block;padding:1px 10px;border-radius:3px;font-size:.95rem;font-weight:600;color:#fff;
background:#5f6368}
.word.sammenlignet{background:#1f4e8c}.word.virkning{background:#0b6e4f}
h2 .word,h3 .word{vertical-align:middle;margin-right:4px}
.words{display:grid;grid-template-columns:auto 1fr;gap:8px 14px;margin:0}
.words dt,.words dd{margin:0}
.short,.beside{list-style:none;padding:0;margin:0}
.short li,.beside li{padding:10px 0;border-bottom:1px solid #d5d9de}
.beside .own{background:#f2f6fb;padding-left:12px;padding-right:12px}
.design{color:#4a4f55}
figure{margin:12px 0 4px}
figure>svg{display:block;width:100%;max-width:660px;height:auto}
.legend{list-style:none;display:flex;flex-wrap:wrap;gap:4px 18px;padding:0;margin:6px 0 0;font-size:.95rem}
.key{width:12px;height:12px;margin-right:6px}
.scroll{overflow-x:auto;margin:12px 0}
table{border-collapse:collapse;width:100%;font-size:.95rem}
caption{text-align:left;font-weight:600;padding:0 0 4px}
th,td{text-align:left;padding:5px 8px 5px 0;border-bottom:1px solid #d5d9de;vertical-align:top}
th{font-weight:600;border-bottom:2px solid #8b9097}
.number{text-align:right;padding-left:8px;white-space:nowrap;font-variant-numeric:tabular-nums}
th.number{white-space:normal}
.hidden{color:#5f6368;font-style:italic}
.how{font-size:.95rem;color:#3c4147;border-left:3px solid #d5d9de;padding-left:12px}
.only{display:inline-block;background:#fbe9e4;border-left:4px solid #a4331c;padding:4px 12px;font-weight:600}
.gate{list-style:none;padding:0;margin:0}
.gate li{padding:6px 0 6px 12px;border-left:6px solid #8b9097;margin-bottom:6px}
.gate .green{border-color:#0b6e4f}.gate .amber{border-color:#c98a00}.gate .red{border-color:#a4331c}
.light{display:inline-block;min-width:3.4em;font-weight:600}
details summary{cursor:pointer;padding:8px 0}
code{overflow-wrap:anywhere}
@media(max-width:480px){body{font-size:16px}h1{font-size:1.5rem}.words{grid-template-columns:1fr;gap:2px}
.words dd{margin-bottom:10px}table{font-size:.88rem}}
@media print{body{font-size:11pt}main{max-width:none;padding:0}.scroll{overflow:visible}
figure,.gate li,tr{break-inside:avoid}
h2,h3,h4,caption{break-after:avoid}h2{margin-top:28px}*{-webkit-print-color-adjust:exact;print-color-adjust:exact}
details::details-content{content-visibility:visible;block-size:auto}}
"""
