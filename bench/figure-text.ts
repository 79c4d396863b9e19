/** Three digits that count. */
export function figureText(figure: number): string {
  return figure < 1000 ? figure.toPrecision(3) : Number(figure.toPrecision(3)).toLocaleString("en");
}
