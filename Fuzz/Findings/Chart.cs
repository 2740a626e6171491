// Draws a story as swim lanes, as one self-contained SVG file: no scripts, no external fonts, readable in any browser. Red
// means exactly two things: a preemption, which is where the schedule left the ordinary, and the violation at the bottom.

using System.Globalization;
using System.Security;
using System.Text;
using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Corpus.Text;
using Managarm.Perf.Servers.Oracle;

namespace Managarm.Perf.Fuzz.Findings;

/// <summary>Writes charts.</summary>
public sealed class Chart
{
    private const string Red = "#c81e1e";
    private const string Mark = "#111827";
    private const string MonospaceFont = "font-family=\"ui-monospace, 'DejaVu Sans Mono', Consolas, monospace\"";
    private const int ScenarioTop = 104;
    private const int ScenarioLine = 19;
    private const int MinimumWidth = 1200;

    private readonly Story story;
    private readonly string scheduleLine;
    private readonly string[] scenario;
    private readonly ChartLayout layout;
    private readonly StringBuilder svg = new();
    private readonly int headTop;
    private int bottom;

    private Chart(Story story, string scheduleLine)
    {
        this.story = story;
        this.scheduleLine = scheduleLine;
        scenario = ScenarioFormatter.Format(story.Scenario).TrimEnd('\n').Split('\n');
        headTop = ScenarioTop + (Math.Max(scenario.Length, 6) * ScenarioLine) + 44;
        layout = new ChartLayout(story, headTop + 70);
        bottom = layout.Bottom;
    }

    private int Width => Math.Max(MinimumWidth, layout.Width);

    /// <summary>Draws a story.</summary>
    /// <param name="story">The story, with words.</param>
    /// <param name="scheduleLine">The schedule line of the run.</param>
    /// <returns>The file's text.</returns>
    public static string Write(Story story, string scheduleLine) => new Chart(story, scheduleLine).Compose();

    private string Compose()
    {
        AddTitle();
        AddScenario();
        AddLegend();
        AddLanes();
        AddGaps();
        foreach (ChartArrow arrow in layout.Arrows)
        {
            AddArrow(arrow);
        }

        foreach (ChartBox box in layout.Boxes)
        {
            AddBox(box);
        }

        foreach (ChartArrow arrow in layout.Arrows)
        {
            AddArrowLabel(arrow);
        }

        AddEnd();
        return Head() + svg + "</svg>\n";
    }

    private string Head()
    {
        var head = new StringBuilder();
        head.Append(Format(
            $"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{Width}\" height=\"{bottom}\" "));
        head.Append(Format($"viewBox=\"0 0 {Width} {bottom}\" "));
        head.Append("role=\"img\" font-family=\"system-ui, 'Segoe UI', 'DejaVu Sans', Arial, sans-serif\" font-size=\"12.5\">\n");
        head.Append("<title>").Append(Escape(Title)).Append("</title>\n<defs>\n");
        foreach (ArrowKind kind in Enum.GetValues<ArrowKind>())
        {
            head.Append(Format($"<marker id=\"{kind}\" viewBox=\"0 0 10 10\" refX=\"9\" refY=\"5\" markerWidth=\"8\" "));
            head.Append("markerHeight=\"8\" orient=\"auto\"><path d=\"M0 1 L10 5 L0 9 z\" ");
            head.Append(Format($"fill=\"{ColorOf(kind)}\"/></marker>\n"));
        }

        head.Append("<pattern id=\"held\" width=\"7\" height=\"7\" patternUnits=\"userSpaceOnUse\" ");
        head.Append("patternTransform=\"rotate(45)\"><rect width=\"7\" height=\"7\" fill=\"#fdeaea\"/>");
        head.Append("<rect width=\"3\" height=\"7\" fill=\"#f2a5a5\"/></pattern>\n</defs>\n");
        head.Append("<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n");
        return head.ToString();
    }

    private string Title => ViolationWords.Title(story);

    private void AddTitle()
    {
        AddText(28, 42, Title, "font-size=\"24\" font-weight=\"700\" fill=\"#111827\"");
        string invariant = story.Violation.IsNone ? "" : Invariants.NameOf(story.Violation.Invariant) + ", ";
        string verdict = $"{invariant}under {story.Protocol.Name}: ";
        AddText(28, 68, verdict + ViolationWords.Sentence(story), "font-size=\"14\" fill=\"#374151\"");
    }

    private void AddScenario()
    {
        int height = (scenario.Length * ScenarioLine) + 14;
        int width = Math.Max(380, (scenario.Max(line => line.Length) * 8) + 40);
        AddRectangle(28, ScenarioTop - 12, width, height, "fill=\"#f3f4f6\" stroke=\"#e5e7eb\" rx=\"6\"");
        int wronged = story.WrongedLine(scenario.Length);
        for (int i = 0; i < scenario.Length; i++)
        {
            int y = ScenarioTop + 8 + (i * ScenarioLine);
            bool isWronged = i == wronged;
            if (isWronged)
            {
                AddRectangle(34, y - 14, width - 12, ScenarioLine, "fill=\"#fde2e2\" rx=\"3\"");
            }

            string style = isWronged ? $"font-weight=\"700\" fill=\"{Red}\"" : "fill=\"#111827\"";
            AddText(44, y, scenario[i], MonospaceFont + " font-size=\"13\" " + style);
        }

        const int maximumColumns = 160;
        string line = scheduleLine.Length > maximumColumns ? scheduleLine[..maximumColumns] + " ..." : scheduleLine;
        AddText(28, headTop - 14, line,
            MonospaceFont + " font-size=\"11\" fill=\"#6b7280\"");
    }

    private void AddLegend()
    {
        int width = Math.Max(380, (scenario.Max(line => line.Length) * 8) + 40);
        int x = 28 + width + 34;
        int y = ScenarioTop;
        foreach ((ArrowKind kind, string text) in Legend)
        {
            AddLine(x, y - 4, x + 40, y - 4, kind);
            AddText(x + 52, y, text, "fill=\"#374151\"");
            y += ScenarioLine;
        }

        x += 390;
        y = ScenarioTop;
        AddRectangle(x, y - 14, 40, 14, "fill=\"url(#held)\" rx=\"2\"");
        AddText(x + 52, y, "held back by the schedule", "fill=\"#374151\"");
        AddText(x, y + ScenarioLine, "12-15", "font-size=\"11\" fill=\"#9ca3af\"");
        AddText(x + 52, y + ScenarioLine, "numbers of the steps, as in trace.txt", "fill=\"#374151\"");
        AddText(x + 12, y + (2 * ScenarioLine), "\u22ee", "fill=\"#6b7280\"");
        AddText(x + 52, y + (2 * ScenarioLine), "steps left out", "fill=\"#374151\"");
        svg.Append(Format($"<circle cx=\"{x + 16}\" cy=\"{y - 4 + (3 * ScenarioLine)}\" r=\"9\" fill=\"{Mark}\"/>\n"));
        AddText(x + 52, y + (3 * ScenarioLine), "the order of these steps decides", "fill=\"#374151\"");
        AddText(x, y + (4 * ScenarioLine), "Time runs downwards; one party runs at a time.", "fill=\"#374151\"");
    }

    private static readonly (ArrowKind Kind, string Text)[] Legend =
    [
        (ArrowKind.Request, "request: offered by a thread, accepted by a server"),
        (ArrowKind.Reply, "reply"),
        (ArrowKind.Stop, "a thread stops in a supercall or interrupt"),
        (ArrowKind.Resume, "a server lets a thread run on"),
        (ArrowKind.Interrupt, "interrupt or alert"),
        (ArrowKind.Wake, "signal, deadline, line, wake-up"),
    ];

    private void AddLanes()
    {
        foreach (int party in layout.Lanes)
        {
            int left = layout.LaneLeft(party);
            (string fill, string stroke) = ColorsOf(story.Parties[party]);
            int middle = left + (ChartLayout.LaneWidth / 2);
            svg.Append(Format($"<line x1=\"{middle}\" y1=\"{headTop + 44}\" x2=\"{middle}\" y2=\"{layout.Bottom}\" "));
            svg.Append("stroke=\"#d1d5db\" stroke-width=\"1.5\"/>\n");
            AddRectangle(left, headTop, ChartLayout.LaneWidth, 44, $"fill=\"{stroke}\" rx=\"6\"");
            AddText(left + 12, headTop + 28, story.Parties[party].Name, "font-size=\"17\" font-weight=\"700\" fill=\"#ffffff\"");
            AddText(left + ChartLayout.LaneWidth - 12, headTop + 27, RoleOf(story.Parties[party]),
                $"text-anchor=\"end\" fill=\"{fill}\"");
        }

        foreach ((int x, int top, int end) in layout.Holds)
        {
            AddRectangle(x - 9, top, 18, end - top, "fill=\"url(#held)\"");
        }
    }

    private string RoleOf(StoryParty party)
    {
        if (party.Strand < 0)
        {
            return party.Kind switch
            {
                PartyKind.Posix => "POSIX server",
                PartyKind.Files => "file server",
                PartyKind.Line => "interrupt lines",
                PartyKind.Processor => "interrupts of a processor",
                PartyKind.Order => "a choice, not a party",
                _ => "time",
            };
        }

        Strand strand = story.Scenario.StrandAt(party.Strand);
        return strand.Kind switch
        {
            StrandKind.Thread when strand.IsCloned => $"cloned thread of process {story.NameOf(strand.Process)}",
            StrandKind.Thread => $"thread of process {story.NameOf(strand.Process)}",
            StrandKind.Child => $"child process of {story.NameOf(strand.Parent)}",
            _ => "process",
        };
    }

    private void AddGaps()
    {
        int right = layout.Width - 36;
        foreach ((int y, string text) in layout.Gaps)
        {
            svg.Append(Format($"<line x1=\"{ChartLayout.Left}\" y1=\"{y}\" x2=\"{right}\" y2=\"{y}\" "));
            svg.Append("stroke=\"#d1d5db\" stroke-dasharray=\"2 5\"/>\n");
            AddHaloText(ChartLayout.Left + 8, y + 4, "\u22ee  " + text,
                "font-size=\"11.5\" font-style=\"italic\" fill=\"#6b7280\"");
        }
    }

    private void AddBox(ChartBox box)
    {
        int left = layout.LaneLeft(box.Party);
        bool isPreemption = box.Preemption is not null;
        (string fill, string stroke) = isPreemption ? ("#fdeaea", Red) : ColorsOf(story.Parties[box.Party]);
        AddRectangle(left, box.Top, ChartLayout.LaneWidth, box.Bottom - box.Top,
            $"fill=\"{fill}\" stroke=\"{stroke}\" stroke-width=\"{(isPreemption ? 2 : 1.2)}\" rx=\"5\"");
        AddText(ChartLayout.Left - 14, box.Top + 18, box.Steps, "font-size=\"11\" text-anchor=\"end\" fill=\"#9ca3af\"");
        for (int i = 0; i < box.Lines.Count; i++)
        {
            AddText(left + 9, box.Top + 18 + (i * ChartLayout.LineHeight), box.Lines[i], StyleOf(box, i));
        }

        for (int i = 0; i < story.Deciding.Count; i++)
        {
            AddMark(box, story.Deciding[i].First, (2 * i) + 1);
            AddMark(box, story.Deciding[i].Second, (2 * i) + 2);
        }
    }

    /// <summary>Puts the number of a deciding step beside its line.</summary>
    private void AddMark(ChartBox box, StoryEvent step, int number)
    {
        if (box.EventLines.TryGetValue(step.Index, out int y))
        {
            int x = layout.LaneLeft(box.Party) + ChartLayout.LaneWidth - 14;
            svg.Append(Format($"<circle cx=\"{x}\" cy=\"{y}\" r=\"9\" fill=\"{Mark}\"/>\n"));
            AddText(x, y + 4, $"{number}", "text-anchor=\"middle\" font-size=\"11\" font-weight=\"700\" fill=\"#ffffff\"");
        }
    }

    private static string StyleOf(ChartBox box, int line)
    {
        if (box.Preemption is not null)
        {
            return line == 0 ? $"font-weight=\"700\" fill=\"{Red}\"" : $"fill=\"{Red}\"";
        }

        return box.BoldLines.Contains(line) ? "font-weight=\"700\" fill=\"#111827\"" : "fill=\"#111827\"";
    }

    private void AddArrow(ChartArrow arrow)
    {
        int direction = arrow.TurnX > arrow.X1 ? 1 : -1;
        int into = arrow.X2 > arrow.TurnX ? 1 : -1;
        int radius = Math.Min(7, Math.Abs(arrow.Y2 - arrow.Y1) / 2);
        svg.Append(Format($"<path d=\"M{arrow.X1} {arrow.Y1} H{arrow.TurnX - (direction * radius)} "));
        svg.Append(Format($"Q{arrow.TurnX} {arrow.Y1} {arrow.TurnX} {arrow.Y1 + radius} V{arrow.Y2 - radius} "));
        svg.Append(Format($"Q{arrow.TurnX} {arrow.Y2} {arrow.TurnX + (into * radius)} {arrow.Y2} H{arrow.X2}\" "));
        svg.Append(Format($"fill=\"none\" stroke=\"{ColorOf(arrow.Arrow.Kind)}\" stroke-width=\"1.7\" "));
        svg.Append(Format($"marker-end=\"url(#{arrow.Arrow.Kind})\"/>\n"));
    }

    private void AddArrowLabel(ChartArrow arrow)
    {
        bool isRightward = arrow.X2 > arrow.X1;
        string anchor = isRightward ? "" : " text-anchor=\"end\"";
        AddHaloText(arrow.X1 + (isRightward ? 6 : -6), arrow.Y1 - 4, arrow.Arrow.Label,
            $"font-size=\"11\" fill=\"{ColorOf(arrow.Arrow.Kind)}\"{anchor}");
    }

    private void AddEnd()
    {
        int y = layout.Bottom + 4;
        Violation violation = story.Violation;
        int party = violation.IsNone ? -1
            : story.Parties.FindIndex(each => each.Strand >= 0 && each.Strand == violation.Strand);
        if (party >= 0 && layout.HasLane(party))
        {
            int left = layout.LaneLeft(party);
            string[] label = [.. ChartLayout.Wrap(ViolationWords.Clause(story))];
            int labelHeight = (label.Length * ChartLayout.LineHeight) + 17;
            AddRectangle(left, y, ChartLayout.LaneWidth, labelHeight, $"fill=\"{Red}\" rx=\"5\"");
            for (int i = 0; i < label.Length; i++)
            {
                int lineY = y + 22 + (i * ChartLayout.LineHeight);
                AddText(left + 9, lineY, label[i], "font-weight=\"700\" fill=\"#ffffff\"");
            }

            y += labelHeight + 16;
        }

        string[] lines = [.. TraceText.EndLines(story), .. story.Deciding.Select(pair => pair.ToSentence(story))];
        int height = (lines.Length * 20) + 22;
        (string fill, string stroke) = violation.IsNone ? ("#e3f4ea", "#2c7a4b") : ("#fdeaea", Red);
        AddRectangle(28, y, Width - 56, height, $"fill=\"{fill}\" stroke=\"{stroke}\" stroke-width=\"2\" rx=\"6\"");
        for (int i = 0; i < lines.Length; i++)
        {
            bool isVerdict = lines[i].StartsWith("VIOLATED", StringComparison.Ordinal);
            AddText(46, y + 26 + (i * 20), lines[i].Replace("   <--", "", StringComparison.Ordinal),
                isVerdict ? $"font-size=\"15\" font-weight=\"700\" fill=\"{Red}\"" : "font-size=\"14\" fill=\"#111827\"");
        }

        bottom = y + height + 28;
    }

    private static string ColorOf(ArrowKind kind) => kind switch
    {
        ArrowKind.Request => "#1d4ed8",
        ArrowKind.Reply => "#047857",
        ArrowKind.Interrupt => "#c2410c",
        ArrowKind.Wake => "#7e22ce",
        ArrowKind.Resume => "#9ca3af",
        _ => "#4b5563",
    };

    private static (string Fill, string Stroke) ColorsOf(StoryParty party) => party.Kind switch
    {
        PartyKind.User => ("#e6eefc", "#2f5fb3"),
        PartyKind.Posix => ("#fdf1da", "#b0700f"),
        PartyKind.Files => ("#e3f4ea", "#2c7a4b"),
        _ => ("#f0ebf8", "#6d4ba3"),
    };

    private void AddLine(int x1, int y1, int x2, int y2, ArrowKind kind) => svg.Append(Format(
        $"<path d=\"M{x1} {y1} L{x2} {y2}\" stroke=\"{ColorOf(kind)}\" stroke-width=\"1.7\" marker-end=\"url(#{kind})\"/>\n"));

    private void AddRectangle(int x, int y, int width, int height, string style) =>
        svg.Append(Format($"<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" {style}/>\n"));

    private void AddText(int x, int y, string text, string style) =>
        svg.Append(Format($"<text x=\"{x}\" y=\"{y}\" xml:space=\"preserve\" {style}>")).Append(Escape(text)).Append("</text>\n");

    private void AddHaloText(int x, int y, string text, string style) =>
        AddText(x, y, text, style + " paint-order=\"stroke\" stroke=\"#ffffff\" stroke-width=\"4\" stroke-linejoin=\"round\"");

    private static string Escape(string text) => SecurityElement.Escape(text);

    private static string Format(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
