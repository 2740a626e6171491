// Where everything of a chart stands. One column per party, time downwards; since one party runs at a time, every turn gets
// a band of its own and no two boxes share a height. Arrows use that: they leave a box sideways, run down in the free strip
// next to the column they go to, and enter sideways, so they never cross a box. Numbers are pixels.

using Managarm.Perf.Core.Scheduling;

namespace Managarm.Perf.Fuzz.Findings;

/// <summary>Positions of the parts of a chart.</summary>
public sealed class ChartLayout
{
    /// <summary>Width of a column.</summary>
    public const int LaneWidth = 264;

    /// <summary>Width of the free strip between columns.</summary>
    public const int StripWidth = 92;

    /// <summary>Distance of two lines of text.</summary>
    public const int LineHeight = 17;

    /// <summary>Left border, with room for step numbers.</summary>
    public const int Left = 84;

    private const int Padding = 7;
    private const int Space = 13;
    private const int WrapColumns = 35;
    private const int LoudWrapColumns = 31;
    private const int TrackWidth = 9;
    private const int FirstTrack = 14;

    private readonly Story story;
    private readonly StoryOutline outline;
    private readonly Dictionary<int, int> laneOfParty = [];
    private readonly List<(int Strip, int Track, int Bottom)> tracks = [];

    /// <summary>Lays a story out.</summary>
    /// <param name="story">The story, with words.</param>
    /// <param name="top">Where the columns begin.</param>
    public ChartLayout(Story story, int top)
    {
        this.story = story;
        outline = new StoryOutline(story);
        AssignLanes();
        Bottom = top;
        foreach (OutlineItem item in outline.Items)
        {
            Place(item);
        }

        RouteArrows();
        FindHolds();
    }

    /// <summary>Parties that have a column, from left to right.</summary>
    public List<int> Lanes { get; } = [];

    /// <summary>Boxes, from top to bottom.</summary>
    public List<ChartBox> Boxes { get; } = [];

    /// <summary>Lines about what was left out.</summary>
    public List<(int Y, string Text)> Gaps { get; } = [];

    /// <summary>Arrows.</summary>
    public List<ChartArrow> Arrows { get; } = [];

    /// <summary>Bars that show how long a preempted party is held back: column centre, from, to.</summary>
    public List<(int X, int Top, int Bottom)> Holds { get; } = [];

    /// <summary>Where the columns end.</summary>
    public int Bottom { get; private set; }

    /// <summary>Width of the columns with both borders.</summary>
    public int Width => Left + (Lanes.Count * (LaneWidth + StripWidth)) - StripWidth + 36;

    /// <summary>Left edge of a party's column.</summary>
    /// <param name="party">Number of the party.</param>
    public int LaneLeft(int party) => Left + (laneOfParty[party] * (LaneWidth + StripWidth));

    /// <summary>Whether a party has a column.</summary>
    /// <param name="party">Number of the party.</param>
    public bool HasLane(int party) => laneOfParty.ContainsKey(party);

    /// <summary>Breaks a text into lines of a column.</summary>
    /// <param name="text">The text.</param>
    /// <returns>Lines; the second and later ones are indented.</returns>
    public static IEnumerable<string> Wrap(string text)
    {
        string rest = text;
        string indentation = "";
        int columns = IsLoud(text) ? LoudWrapColumns : WrapColumns;
        while (rest.Length + indentation.Length > columns)
        {
            int end = rest.LastIndexOf(' ', columns - indentation.Length);
            if (end <= 0)
            {
                break;
            }

            yield return indentation + rest[..end];
            rest = rest[(end + 1)..];
            indentation = "   ";
        }

        yield return indentation + rest;
    }

    /// <summary>Whether a line is set in bold because the story turns on it.</summary>
    /// <param name="text">The line.</param>
    public static bool IsLoud(string text) => text.Contains("NOT REGISTERED", StringComparison.Ordinal)
        || text.Contains("TOO LATE", StringComparison.Ordinal) || text.Contains("ASSERTION", StringComparison.Ordinal)
        || text.Contains("NOBODY TAKES", StringComparison.Ordinal);

    private void AssignLanes()
    {
        var used = new HashSet<int>();
        foreach (OutlineItem item in outline.Items)
        {
            used.UnionWith(item.Events.ConvertAll(each => each.Party));
            if (item.Preemption is not null)
            {
                used.Add(item.Preemption.Delayed);
            }
        }

        // Servers stand between the wronged thread and the others: most arrows are then short.
        int wronged = story.Parties.FindIndex(party => party.Strand >= 0 && party.Strand == story.Violation.Strand);
        var order = new List<int> { wronged };
        order.AddRange(Of(used, PartyKind.Posix).Concat(Of(used, PartyKind.Files)));
        order.AddRange(Of(used, PartyKind.User).Concat(Of(used, PartyKind.Line)));
        order.AddRange(Of(used, PartyKind.Processor).Concat(Of(used, PartyKind.Time)));
        order.AddRange(Of(used, PartyKind.Order));
        foreach (int party in order.Where(party => used.Contains(party) && laneOfParty.TryAdd(party, Lanes.Count)))
        {
            Lanes.Add(party);
        }
    }

    private IEnumerable<int> Of(HashSet<int> used, PartyKind kind) =>
        used.Where(party => story.Parties[party].Kind == kind).Order();

    private void Place(OutlineItem item)
    {
        if (item.Gap.Length > 0)
        {
            Gaps.Add((Bottom + 8, item.Gap));
            Bottom += 16 + Space;
            return;
        }

        if (item.Preemption is not null)
        {
            PlacePreemption(item.Preemption);
            return;
        }

        var box = new ChartBox { Party = item.Events[0].Party, Top = Bottom, Steps = StepsOf(item.Events) };
        int y = Bottom + Padding;
        foreach (StoryEvent each in item.Events)
        {
            box.EventLines[each.Index] = y + (LineHeight / 2);
            foreach (string text in each.Lines)
            {
                foreach (string line in Wrap(text))
                {
                    box.BoldLines.AddRange(IsBold(text) ? [box.Lines.Count] : []);
                    box.Lines.Add(line);
                    y += LineHeight;
                }
            }
        }

        Close(box, y);
    }

    private void PlacePreemption(StoryPreemption preemption)
    {
        var box = new ChartBox { Party = preemption.Delayed, Top = Bottom, Preemption = preemption };
        box.Lines.Add($"PREEMPTION {preemption.Number}");
        box.Lines.AddRange(Wrap(StoryWords.HoldText(story, preemption)));
        Close(box, Bottom + Padding + (box.Lines.Count * LineHeight));
    }

    private static bool IsBold(string text) => IsLoud(text) || text.StartsWith("calls ", StringComparison.Ordinal)
        || text.Contains(" returns ", StringComparison.Ordinal);

    private void Close(ChartBox box, int y)
    {
        box.Bottom = y + Padding - 2;
        Boxes.Add(box);
        Bottom = box.Bottom + Space;
    }

    private static string StepsOf(List<StoryEvent> events)
    {
        uint first = events[0].Step;
        uint last = events[^1].Step;
        return first == last ? $"{first}" : $"{first}-{last}";
    }

    private void RouteArrows()
    {
        foreach (StoryArrow arrow in story.Arrows.OrderBy(arrow => arrow.From.Index))
        {
            StoryEvent? from = outline.ShownFor(arrow.From);
            StoryEvent? to = outline.ShownFor(arrow.To);
            if (from != arrow.From || to is null || from.Party == to.Party)
            {
                continue;
            }

            Route(arrow, from, to);
        }
    }

    private void Route(StoryArrow arrow, StoryEvent from, StoryEvent to)
    {
        ChartBox source = Boxes.Find(box => box.EventLines.ContainsKey(from.Index))!;
        ChartBox target = Boxes.Find(box => box.EventLines.ContainsKey(to.Index))!;
        bool isRightward = LaneLeft(to.Party) > LaneLeft(from.Party);
        int strip = laneOfParty[to.Party] - (isRightward ? 1 : 0);
        int y1 = FreeHeight(source, source.EventLines[from.Index]);
        int y2 = target.EventLines[to.Index];
        int track = TakeTrack(strip, y1, y2);
        int edge = LaneLeft(to.Party) + (isRightward ? 0 : LaneWidth);
        int distance = FirstTrack + (track * TrackWidth);
        Arrows.Add(new ChartArrow
        {
            Arrow = arrow,
            X1 = LaneLeft(from.Party) + (isRightward ? LaneWidth : 0),
            Y1 = y1,
            TurnX = edge + (isRightward ? -distance : distance),
            X2 = edge,
            Y2 = y2,
        });
    }

    /// <summary>A height at which no other arrow leaves the box.</summary>
    private static int FreeHeight(ChartBox box, int y)
    {
        while (!box.Exits.Add(y) && y + 6 < box.Bottom)
        {
            y += 6;
        }

        return y;
    }

    private int TakeTrack(int strip, int top, int bottom)
    {
        int track = 0;
        while (track < 7 && tracks.Exists(taken => taken.Strip == strip && taken.Track == track && taken.Bottom >= top))
        {
            track++;
        }

        tracks.Add((strip, track, bottom));
        return track;
    }

    private void FindHolds()
    {
        foreach (ChartBox box in Boxes.Where(box => box.Preemption is not null))
        {
            ChartBox? next = Boxes.Find(other => other.Top > box.Top && other.Party == box.Party);
            Holds.Add((LaneLeft(box.Party) + (LaneWidth / 2), box.Bottom, next?.Top ?? Bottom));
        }
    }
}

/// <summary>A box of a chart.</summary>
public sealed class ChartBox
{
    /// <summary>Number of the party.</summary>
    public required int Party { get; init; }

    /// <summary>Top edge.</summary>
    public required int Top { get; init; }

    /// <summary>Bottom edge.</summary>
    public int Bottom { get; set; }

    /// <summary>Numbers of its steps.</summary>
    public string Steps { get; init; } = "";

    /// <summary>The preemption that it stands for, or null.</summary>
    public StoryPreemption? Preemption { get; init; }

    /// <summary>Its text.</summary>
    public List<string> Lines { get; } = [];

    /// <summary>Indexes of the lines that are set in bold: all lines of a wrapped text are, or none.</summary>
    public List<int> BoldLines { get; } = [];

    /// <summary>Height of each event's first line, by index of the event.</summary>
    public Dictionary<int, int> EventLines { get; } = [];

    /// <summary>Heights at which arrows leave.</summary>
    public HashSet<int> Exits { get; } = [];
}

/// <summary>An arrow of a chart: sideways, down, sideways.</summary>
public sealed class ChartArrow
{
    /// <summary>What it shows.</summary>
    public required StoryArrow Arrow { get; init; }

    /// <summary>Where it leaves.</summary>
    public required int X1 { get; init; }

    /// <summary>Where it leaves.</summary>
    public required int Y1 { get; init; }

    /// <summary>Where it runs down.</summary>
    public required int TurnX { get; init; }

    /// <summary>Where it arrives.</summary>
    public required int X2 { get; init; }

    /// <summary>Where it arrives.</summary>
    public required int Y2 { get; init; }
}
