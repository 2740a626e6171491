// Two stories side by side as text. Both columns are as wide as half the terminal; a line that is longer goes on indented. An
// equals sign between the columns says that both sides are the same event; what belongs to one protocol alone has none, and may
// stand beside something that belongs to the other alone.

using Managarm.Perf.Fuzz.Findings;

namespace Managarm.Perf.Fuzz.Comparing;

/// <summary>Writes two stories in two columns.</summary>
internal sealed class CompareText
{
    private const int StepColumns = 5;

    private readonly Story left;
    private readonly Story right;
    private readonly int columns;
    private readonly int partyColumns;

    /// <summary>Prepares columns.</summary>
    /// <param name="left">The story on the left.</param>
    /// <param name="right">The story on the right.</param>
    /// <param name="width">Columns of the terminal.</param>
    internal CompareText(Story left, Story right, int width)
    {
        this.left = left;
        this.right = right;
        columns = (width - 3) / 2;
        partyColumns = left.Parties.Concat(right.Parties).Max(party => party.Name.Length);
    }

    /// <summary>Writes the rows.</summary>
    /// <param name="rows">The events, aligned.</param>
    /// <returns>Lines, none longer than the width.</returns>
    internal IEnumerable<string> Lines(IReadOnlyList<AlignedRow> rows)
    {
        yield return Join(left.Protocol.Name, ' ', right.Protocol.Name);
        yield return Join(new string('-', columns), ' ', new string('-', columns));
        var leftPreemptions = new Queue<StoryPreemption>(left.Preemptions);
        var rightPreemptions = new Queue<StoryPreemption>(right.Preemptions);
        foreach (AlignedRow row in rows)
        {
            string[] leftCell = [.. Cell(left, row.Left, leftPreemptions)];
            string[] rightCell = [.. Cell(right, row.Right, rightPreemptions)];
            for (int i = 0; i < Math.Max(leftCell.Length, rightCell.Length); i++)
            {
                char mark = row.IsSame && i == 0 ? '=' : ' ';
                yield return Join(leftCell.ElementAtOrDefault(i) ?? "", mark, rightCell.ElementAtOrDefault(i) ?? "");
            }
        }
    }

    private string Join(string first, char mark, string second) =>
        $"{first.PadRight(columns)} {mark} {second}".TrimEnd();

    private IEnumerable<string> Cell(Story story, StoryEvent? each, Queue<StoryPreemption> preemptions)
    {
        if (each is null)
        {
            yield break;
        }

        while (preemptions.TryPeek(out StoryPreemption? next) && next.Step < each.Step)
        {
            preemptions.Dequeue();
            string text = $"PREEMPTION {next.Number}: {TraceText.PreemptionText(story, next)}";
            foreach (string line in Wrap(">>>".PadLeft(StepColumns) + "  ", text))
            {
                yield return line;
            }
        }

        string step = each.Kind == Managarm.Perf.Core.Scheduling.PointKind.None ? "" : $"{each.Step}";
        foreach (string clause in each.Lines)
        {
            string head = $"{step.PadLeft(StepColumns)}  {story.Parties[each.Party].Name.PadRight(partyColumns)}  ";
            foreach (string line in Wrap(head, clause))
            {
                yield return line;
            }

            step = "";
        }
    }

    /// <summary>Breaks at spaces; a word that is longer than the column is cut.</summary>
    private IEnumerable<string> Wrap(string head, string text)
    {
        string rest = text;
        string indentation = head;
        while (indentation.Length + rest.Length > columns)
        {
            int room = columns - indentation.Length;
            int space = rest.LastIndexOf(' ', room);
            int end = space > 0 ? space : room;
            yield return indentation + rest[..end];
            rest = rest[end..].TrimStart();
            indentation = new string(' ', head.Length + 2);
        }

        yield return indentation + rest;
    }
}
