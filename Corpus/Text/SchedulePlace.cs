// Where a word of the schedule line stands. Whether a schedule fits is found out long after it was parsed, perhaps only while
// it is followed, and still deserves an error that an editor jumps to. Such errors are rare, so the place is looked up in the
// text then instead of being kept with every line.

namespace Managarm.Perf.Corpus.Text;

/// <summary>Finds words of the schedule line in a text.</summary>
public static class SchedulePlace
{
    /// <summary>The word that names the scenario by its hash.</summary>
    public const int Hash = 2;

    /// <summary>The word that names the protocol.</summary>
    public const int Protocol = 3;

    /// <summary>The word that names the profile.</summary>
    public const int Profile = 4;

    /// <summary>The word that is the version of the model.</summary>
    public const int ModelVersion = 5;

    private const int FirstDeviation = 6;

    /// <summary>The word that is deviation <paramref name="index"/>.</summary>
    public static int Deviation(int index) => FirstDeviation + index;

    /// <summary>Says that the schedule cannot be followed, and because of which word.</summary>
    /// <param name="file">The name of the text.</param>
    /// <param name="text">A valid scenario, or a valid schedule line alone.</param>
    /// <param name="word">The number of the word in the schedule line.</param>
    /// <param name="message">What is wrong with it.</param>
    public static ScenarioError Misfit(string file, ReadOnlySpan<char> text, int word, string message)
    {
        var lines = new LineSplitter(text);
        while (lines.MoveNext())
        {
            var line = lines.Current;
            if (!new LineReader(line).Is(Keyword.Schedule))
            {
                continue;
            }

            var end = 0;
            var start = 0;
            for (var i = 0; i <= word; i++)
            {
                start = end + line[end..].IndexOfAnyExcept(' ', '\t');
                var length = line[start..].IndexOfAny(" \t#");
                end = length < 0 ? line.Length : start + length;
            }

            return new ScenarioError(
                file, lines.Number, start + 1, end + 1, ScenarioErrorCode.ScheduleMisfit, message);
        }

        return ScenarioError.OfFile(file, ScenarioErrorCode.ScheduleMisfit, message);
    }
}
