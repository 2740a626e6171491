// Puts two stories of one scenario side by side: which event of the one is which event of the other. Calls, signals and handlers
// are the same events whatever the protocol and whoever takes the step, so they weigh most; steps that read the same in words
// come next. Among all ways that keep both orders, the one of greatest weight is taken. What is left between two pairs
// belongs to one protocol alone.

using Managarm.Perf.Core.Tracing;
using Managarm.Perf.Fuzz.Findings;

namespace Managarm.Perf.Fuzz.Comparing;

/// <summary>Aligns two stories.</summary>
public static class StoryAlignment
{
    private const int LeastCommonWeight = 16;
    private const int TextWeight = 1;
    private const long MaximumCells = 16_000_000;

    /// <summary>Aligns the events that are to be shown.</summary>
    /// <param name="left">A story, with words.</param>
    /// <param name="leftEvents">Its events that are shown, in order.</param>
    /// <param name="right">Another, with words.</param>
    /// <param name="rightEvents">Its events that are shown, in order.</param>
    /// <returns>Rows; one side of a row may be empty.</returns>
    public static IReadOnlyList<AlignedRow> Align(
        Story left, IReadOnlyList<StoryEvent> leftEvents, Story right, IReadOnlyList<StoryEvent> rightEvents)
    {
        EventKey[] leftKeys = [.. leftEvents.Select(each => EventKey.Of(left, each))];
        EventKey[] rightKeys = [.. rightEvents.Select(each => EventKey.Of(right, each))];
        bool isShort = (long)leftKeys.Length * rightKeys.Length <= MaximumCells;
        int[] pairOf = isShort ? Pair(leftKeys, rightKeys) : PairInOrder(leftKeys, rightKeys);
        return Lay(leftEvents, rightEvents, pairOf);
    }

    /// <summary>The heaviest pairing that keeps both orders, by dynamic programming from the ends.</summary>
    private static int[] Pair(EventKey[] left, EventKey[] right)
    {
        var best = new int[left.Length + 1, right.Length + 1];
        for (int i = left.Length - 1; i >= 0; i--)
        {
            for (int j = right.Length - 1; j >= 0; j--)
            {
                int weight = EventKey.WeightOf(left[i], right[j]);
                int paired = weight == 0 ? 0 : weight + best[i + 1, j + 1];
                best[i, j] = Math.Max(paired, Math.Max(best[i + 1, j], best[i, j + 1]));
            }
        }

        int[] pairOf = new int[left.Length];
        Array.Fill(pairOf, -1);
        for (int i = 0, j = 0; i < left.Length && j < right.Length;)
        {
            int weight = EventKey.WeightOf(left[i], right[j]);
            if (weight > 0 && best[i, j] == weight + best[i + 1, j + 1])
            {
                pairOf[i++] = j++;
            }
            else if (best[i, j] == best[i + 1, j])
            {
                i++;
            }
            else
            {
                j++;
            }
        }

        return pairOf;
    }

    /// <summary>For stories that are too long for the table: pairs each common event with the next that is the same.</summary>
    private static int[] PairInOrder(EventKey[] left, EventKey[] right)
    {
        int[] pairOf = new int[left.Length];
        Array.Fill(pairOf, -1);
        int next = 0;
        for (int i = 0; i < left.Length; i++)
        {
            int found = Array.FindIndex(right, next, key => EventKey.WeightOf(left[i], key) >= LeastCommonWeight);
            if (found >= 0)
            {
                pairOf[i] = found;
                next = found + 1;
            }
        }

        return pairOf;
    }

    /// <summary>Events of one side alone stand beside those of the other alone, between the same two pairs.</summary>
    private static List<AlignedRow> Lay(
        IReadOnlyList<StoryEvent> left, IReadOnlyList<StoryEvent> right, int[] pairOf)
    {
        var rows = new List<AlignedRow>();
        int i = 0;
        int j = 0;
        while (i < left.Count || j < right.Count)
        {
            int pairedAt = i;
            while (pairedAt < left.Count && pairOf[pairedAt] < 0)
            {
                pairedAt++;
            }

            int end = pairedAt < left.Count ? pairOf[pairedAt] : right.Count;
            while (i < pairedAt || j < end)
            {
                rows.Add(new AlignedRow(
                    i < pairedAt ? left[i++] : null, j < end ? right[j++] : null, IsSame: false));
            }

            if (pairedAt < left.Count)
            {
                rows.Add(new AlignedRow(left[i++], right[j++], IsSame: true));
            }
        }

        return rows;
    }

    /// <summary>How much it is worth that two events share a note. Where an event could be paired by one note or another, a call
    /// goes before a signal, and its acceptance before what follows from it.</summary>
    private static int WeightOf(NoteKind kind) => kind switch
    {
        NoteKind.CallBegin or NoteKind.CallEnd => 64,
        NoteKind.SignalIssued or NoteKind.SignalAccepted or NoteKind.SignalIgnored => 32,
        NoteKind.SignalRaised or NoteKind.HandlerBegin or NoteKind.HandlerEnd or NoteKind.ProcessExit
            or NoteKind.LineRaised => LeastCommonWeight,
        _ => 0,
    };

    /// <summary>What an event is compared by.</summary>
    private sealed record EventKey(HashSet<(NoteKind Kind, long First)> Common, string Text)
    {
        internal static EventKey Of(Story story, StoryEvent each)
        {
            var common = new HashSet<(NoteKind Kind, long First)>();
            foreach (StoryNote note in each.Notes.Where(note => StoryAlignment.WeightOf(note.Kind) > 0))
            {
                bool isCall = note.Kind is NoteKind.CallBegin or NoteKind.CallEnd or NoteKind.ProcessExit or NoteKind.LineRaised;
                common.Add((note.Kind, isCall ? note.First : (note.First << 16) + note.Second));
            }

            return new EventKey(common, $"{story.Parties[each.Party].Name} {string.Join(' ', each.Lines)}");
        }

        internal static int WeightOf(EventKey left, EventKey right)
        {
            int weight = left.Text == right.Text ? TextWeight : 0;
            int common = 0;
            foreach ((NoteKind Kind, long First) key in left.Common)
            {
                if (right.Common.Contains(key))
                {
                    common = Math.Max(common, StoryAlignment.WeightOf(key.Kind));
                }
            }

            return common + weight;
        }
    }
}

/// <summary>Two events that stand beside each other.</summary>
/// <param name="Left">Event of the first story, or null.</param>
/// <param name="Right">Event of the second, or null.</param>
/// <param name="IsSame">Whether they are the same event; otherwise they only share a row.</param>
public sealed record AlignedRow(StoryEvent? Left, StoryEvent? Right, bool IsSame);
