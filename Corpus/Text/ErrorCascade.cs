// Leaves out errors that only follow from others. Where the line that should define a name is wrong, every use of the name
// looks wrong, too; who mends the definition has mended all of them. So a name that stands where a wrong line may define
// something, between its label and its first parenthesis, is not complained about anywhere else. A line that is wrong only
// because it uses such a name excuses nobody, so at least one error always remains.

namespace Managarm.Perf.Corpus.Text;

/// <summary>Tells mistakes from what follows from them.</summary>
internal static class ErrorCascade
{
    /// <summary>Removes from <paramref name="errors"/>, which are in the order of <paramref name="text"/>, what follows from
    /// others.</summary>
    internal static void Remove(List<ScenarioError> errors, ReadOnlySpan<char> text)
    {
        if (!errors.Exists(IsUse))
        {
            return;
        }

        var suspects = new HashSet<string>(StringComparer.Ordinal);
        var uses = new Dictionary<ScenarioError, string>();
        var lines = new LineSplitter(text);
        foreach (var error in errors)
        {
            while (lines.Number < error.Line && lines.MoveNext())
            {
            }

            if (IsUse(error))
            {
                uses[error] = lines.Current[(error.Column - 1)..(error.EndColumn - 1)].ToString();
            }
            else if (error.Code != ScenarioErrorCode.DuplicateName)
            {
                AddSuspects(suspects, lines.Current);
            }
        }

        errors.RemoveAll(error => uses.TryGetValue(error, out var name) && suspects.Contains(name));
    }

    private static bool IsUse(ScenarioError error) =>
        error.Code is ScenarioErrorCode.UnknownName or ScenarioErrorCode.WrongKind;

    private static void AddSuspects(HashSet<string> suspects, ReadOnlySpan<char> line)
    {
        var reader = new LineReader(line);
        var colon = reader;
        while (!colon.IsAtEnd && !colon.Is(":") && !colon.Is("("))
        {
            colon.Move();
        }

        reader = colon.Is(":") ? colon : reader;
        while (!reader.IsAtEnd && !reader.Is("("))
        {
            if (reader.Current.Kind == TokenKind.Word)
            {
                suspects.Add(reader.Text.ToString());
            }

            reader.Move();
        }
    }
}
