// What strategies must do in a scripted world, worked out naively and without the scheduler: all interleavings, the probability
// that each strategy gives to each of them by its definition, and who reads from whom. The probabilities are exact: random
// choices are enumerated, not drawn.

namespace Managarm.Perf.Core.Tests.Scheduling;

/// <summary>Exact answers for a script.</summary>
internal sealed class ScriptModel
{
    internal ScriptModel(string script)
    {
        Parties = [.. script.Split('|').Select((steps, party) => (IReadOnlyList<ScriptStep>)
        [
            new ScriptStep((uint)(1000 + party), IsWrite: false),
            .. steps.Split(' ').Select(step => new ScriptStep(step[0], step.EndsWith('!'))),
        ])];
    }

    /// <summary>Steps of each party; the first is its start, which touches nothing that others touch.</summary>
    internal IReadOnlyList<IReadOnlyList<ScriptStep>> Parties { get; }

    internal int TotalSteps => Parties.Sum(steps => steps.Count);

    internal static string NameOf(int party, int step) => $"{(char)('a' + party)}{step}";

    /// <summary>Any enabled party is as likely as any other.</summary>
    internal Dictionary<string, double> Walk() =>
        Distribute((enabled, _) => enabled.ToDictionary(party => party, _ => 1.0 / enabled.Count));

    /// <summary>Every interleaving is as likely as any other.</summary>
    internal Dictionary<string, double> Uniform()
    {
        string[] all = [.. Walk().Keys];
        return all.ToDictionary(steps => steps, _ => 1.0 / all.Length);
    }

    /// <summary>PCT: all orders of priorities and all places of the changes.</summary>
    internal Dictionary<string, double> PriorityChange(int depth)
    {
        var result = new Dictionary<string, double>();
        var orders = Permutations(Parties.Count).ToList();
        var places = Places(depth - 1, TotalSteps).ToList();
        foreach (int[] order in orders)
        {
            foreach (int[] change in places)
            {
                Add(result, Simulate(new PctChooser(order, change)), 1.0 / (orders.Count * (double)places.Count));
            }
        }

        return result;
    }

    /// <summary>POS: all orders of the priorities that are drawn one after the other.</summary>
    /// <param name="draws">How many draws count; a later one is the lowest.</param>
    internal Dictionary<string, double> PartialOrder(int draws)
    {
        var result = new Dictionary<string, double>();
        double share = 1.0;
        for (int i = 2; i <= draws; i++)
        {
            share /= i;
        }

        foreach (int[] ranks in Permutations(draws))
        {
            Add(result, Simulate(new PosChooser(this, ranks)), share);
        }

        return result;
    }

    /// <summary>All bugs of a depth: that many orders of two steps of different parties, which some interleaving has.</summary>
    internal IEnumerable<ScriptOrder[]> Bugs(int depth)
    {
        string[] all = [.. Walk().Keys];
        string[] names = all[0].Split(' ');
        ScriptOrder[] orders =
            [.. names.SelectMany(first => names.Where(then => then[0] != first[0]).Select(then => new ScriptOrder(first, then)))];
        return Choose(orders, depth).Where(bug => Array.Exists(all, steps => Array.TrueForAll(bug, order => order.IsIn(steps))));
    }

    /// <summary>The set of pairs "this party read that object from that party" of an interleaving, as one string.</summary>
    internal string ReadsFrom(string steps)
    {
        var last = new Dictionary<uint, string>();
        var pairs = new SortedSet<string>(StringComparer.Ordinal);
        foreach (string name in steps.Split(' '))
        {
            int number = int.Parse(name[1..], System.Globalization.CultureInfo.InvariantCulture);
            ScriptStep step = Parties[name[0] - 'a'][number];
            pairs.Add($"{name[0]}{(number == 0 ? "start" : "call")}:{step.Object}<{last.GetValueOrDefault(step.Object, "-")}");
            if (step.IsWrite)
            {
                last[step.Object] = name[..1];
            }
        }

        return string.Join(' ', pairs);
    }

    private static void Add(Dictionary<string, double> result, string steps, double probability) =>
        result[steps] = result.GetValueOrDefault(steps) + probability;

    private static IEnumerable<ScriptOrder[]> Choose(ScriptOrder[] from, int count) => count == 0
        ? [[]]
        : Enumerable.Range(0, from.Length).SelectMany(i =>
            Choose(from[(i + 1)..], count - 1).Select(rest => (ScriptOrder[])[from[i], .. rest]));

    private static IEnumerable<int[]> Permutations(int count)
    {
        int[] items = [.. Enumerable.Range(0, count)];
        return Permute(items, 0);
    }

    private static IEnumerable<int[]> Permute(int[] items, int from)
    {
        if (from == items.Length)
        {
            yield return [.. items];
            yield break;
        }

        for (int i = from; i < items.Length; i++)
        {
            (items[from], items[i]) = (items[i], items[from]);
            foreach (int[] each in Permute(items, from + 1))
            {
                yield return each;
            }

            (items[from], items[i]) = (items[i], items[from]);
        }
    }

    private static IEnumerable<int[]> Places(int count, int steps) => count == 0
        ? [[]]
        : Places(count - 1, steps).SelectMany(rest => Enumerable.Range(0, steps).Select(place => (int[])[.. rest, place]));

    private Dictionary<string, double> Distribute(Func<List<int>, int[], Dictionary<int, double>> chances)
    {
        var result = new Dictionary<string, double>();
        Visit(new int[Parties.Count], [], 1.0);
        return result;

        void Visit(int[] done, List<string> steps, double probability)
        {
            List<int> enabled = Enabled(done);
            if (enabled.Count == 0)
            {
                Add(result, string.Join(' ', steps), probability);
                return;
            }

            foreach ((int party, double chance) in chances(enabled, done))
            {
                int[] next = [.. done];
                next[party]++;
                Visit(next, [.. steps, NameOf(party, done[party])], probability * chance);
            }
        }
    }

    private List<int> Enabled(int[] done) =>
        [.. Enumerable.Range(0, Parties.Count).Where(party => done[party] < Parties[party].Count)];

    private string Simulate(IChooser chooser)
    {
        int[] done = new int[Parties.Count];
        var steps = new List<string>();
        for (List<int> enabled = Enabled(done); enabled.Count > 0; enabled = Enabled(done))
        {
            int party = enabled.Count == 1 ? enabled[0] : chooser.Choose(enabled, done, steps.Count);
            steps.Add(NameOf(party, done[party]));
            done[party]++;
        }

        return string.Join(' ', steps);
    }

    private interface IChooser
    {
        int Choose(List<int> enabled, int[] done, int step);
    }

    private sealed class PctChooser(int[] order, int[] changes) : IChooser
    {
        private readonly int[] priorities = [.. order.Select(each => each + 100)];
        private readonly List<int> left = [.. changes];

        public int Choose(List<int> enabled, int[] done, int step)
        {
            int best = enabled.MaxBy(party => priorities[party]);
            int due = left.FindIndex(change => step >= change);
            if (due >= 0)
            {
                left.RemoveAt(due);
                priorities[best] = left.Count;
            }

            return enabled.MaxBy(party => priorities[party]);
        }
    }

    private sealed class PosChooser(ScriptModel model, int[] ranks) : IChooser
    {
        private readonly int[] priorities = new int[model.Parties.Count];
        private readonly int[] drawnFor = [.. model.Parties.Select(_ => -1)];
        private int taken;
        private int[] before = new int[model.Parties.Count];

        public int Choose(List<int> enabled, int[] done, int step)
        {
            for (int runner = 0; runner < done.Length; runner++)
            {
                for (int number = before[runner]; number < done[runner]; number++)
                {
                    RedrawRacing(enabled, done, model.Parties[runner][number]);
                }
            }

            before = [.. done];
            foreach (int party in enabled.Where(party => drawnFor[party] != done[party]))
            {
                drawnFor[party] = done[party];
                priorities[party] = Draw();
            }

            return enabled.MaxBy(party => priorities[party]);
        }

        private void RedrawRacing(List<int> enabled, int[] done, ScriptStep executed)
        {
            foreach (int party in enabled.Where(party => drawnFor[party] == done[party]))
            {
                ScriptStep pending = model.Parties[party][done[party]];
                if (pending.Object == executed.Object && (pending.IsWrite || executed.IsWrite))
                {
                    priorities[party] = Draw();
                }
            }
        }

        private int Draw() => taken < ranks.Length ? ranks[taken++] : -1;
    }
}

/// <summary>A step of a script.</summary>
/// <param name="Object">What it touches.</param>
/// <param name="IsWrite">Whether it writes it.</param>
internal readonly record struct ScriptStep(uint Object, bool IsWrite);

/// <summary>An order of two steps that a bug needs.</summary>
/// <param name="First">Step that comes first.</param>
/// <param name="Then">Step that comes later.</param>
internal readonly record struct ScriptOrder(string First, string Then)
{
    /// <summary>Whether an interleaving has this order.</summary>
    internal bool IsIn(string steps) =>
        steps.IndexOf(First, StringComparison.Ordinal) < steps.IndexOf(Then, StringComparison.Ordinal);
}
