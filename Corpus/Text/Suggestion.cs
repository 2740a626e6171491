// Picks the word that somebody probably meant: the candidate with the fewest letters added, left out, changed or swapped with
// their neighbour, small and capital letters being equal. How many may differ grows with the word, because of two letters
// every other pair is similar. Used only on the way to an error message, so it may allocate.

namespace Managarm.Perf.Corpus.Text;

/// <summary>Looks for the candidate that is most like a word.</summary>
public sealed class Suggestion
{
    private const int MaximumLength = 40;
    private const int MaximumListed = 20;

    private readonly string word;
    private readonly List<string> candidates = [];

    /// <summary>Looks for words like this one.</summary>
    /// <param name="word">The word that is wrong.</param>
    public Suggestion(ReadOnlySpan<char> word)
    {
        this.word = word.ToString();
    }

    /// <summary>Adds a word that would be right.</summary>
    /// <param name="candidate">The word.</param>
    public void Add(string candidate) => candidates.Add(candidate);

    /// <summary>The end of a message: the word that is meant, or else all that there are, or nothing.</summary>
    public string Describe()
    {
        var best = Best();
        if (best.Length > 0)
        {
            return best;
        }

        return candidates.Count switch
        {
            0 or > MaximumListed => "",
            1 => $"; there is {candidates[0]}",
            _ => "; there are " + string.Join(", ", candidates),
        };
    }

    /// <summary>The end of a message: the word that is meant, or nothing.</summary>
    public string Best()
    {
        var limit = word.Length switch
        {
            <= 2 => 0,
            <= 5 => 1,
            <= MaximumLength => 2,
            _ => -1,
        };
        var best = "";
        foreach (var candidate in candidates)
        {
            var distance = limit < 0 ? int.MaxValue : Distance(word, candidate);
            if (distance <= limit)
            {
                limit = distance - 1;
                best = candidate;
            }
        }

        return best.Length == 0 ? "" : $"; did you mean '{best}'?";
    }

    /// <summary>Optimal string alignment; rows are kept for the swap of neighbours.</summary>
    private static int Distance(string left, string right)
    {
        var rows = new int[left.Length + 1, right.Length + 1];
        for (var i = 0; i <= left.Length; i++)
        {
            for (var j = 0; j <= right.Length; j++)
            {
                rows[i, j] = Math.Min(i, j) == 0 ? Math.Max(i, j) : Cell(rows, left, right, i, j);
            }
        }

        return rows[left.Length, right.Length];
    }

    private static int Cell(int[,] rows, string left, string right, int i, int j)
    {
        var change = AreEqual(left[i - 1], right[j - 1]) ? 0 : 1;
        var least = Math.Min(rows[i - 1, j - 1] + change, Math.Min(rows[i - 1, j], rows[i, j - 1]) + 1);
        var isSwap = i > 1 && j > 1 && AreEqual(left[i - 1], right[j - 2]) && AreEqual(left[i - 2], right[j - 1]);
        return isSwap ? Math.Min(least, rows[i - 2, j - 2] + 1) : least;
    }

    private static bool AreEqual(char left, char right) => char.ToLowerInvariant(left) == char.ToLowerInvariant(right);
}
