// Reads the results that a line accepts: after `=`, separated by `|`. Which of them a call can have is said by CallTable.

using Managarm.Perf.Core.Calls;

namespace Managarm.Perf.Corpus.Text;

/// <summary>Parses accepted results.</summary>
internal static class ResultParser
{
    private const string ResultWords = "a number, a child, an error, 'ok' or 'blocked'";

    /// <summary>Reads the results from their <c>=</c> on.</summary>
    internal static bool ReadAll(ParseState state, ref LineReader reader, ref Call call)
    {
        ref readonly var description = ref CallTable.Of(call.Kind);
        if (description.Result == ResultKind.None)
        {
            return state.Fail(ScenarioErrorCode.WrongResult, reader.Current, $"'{description.Name}' has no result");
        }

        do
        {
            reader.Move();
            var token = reader.Current;
            if (!TryReadOne(state, ref reader, description.Result, ref call.Allowed, out var isNew))
            {
                return false;
            }

            if (!isNew)
            {
                return state.Fail(ScenarioErrorCode.Repetition, token, "the result is there already");
            }
        }
        while (reader.Is("|"));

        return true;
    }

    private static bool TryReadOne(
        ParseState state, ref LineReader reader, ResultKind kind, ref AllowedResults allowed, out bool isNew)
    {
        isNew = false;
        if (reader.Current.Kind == TokenKind.Number || reader.Is("-"))
        {
            return TryReadNumber(state, ref reader, ref allowed, out isNew);
        }

        if (reader.TryMove(Keyword.Ok))
        {
            isNew = allowed.TryAddAnySuccess();
            return true;
        }

        if (reader.TryMove(Keyword.Blocked))
        {
            isNew = allowed.TryAddBlocked();
            return true;
        }

        return TryReadErrnoOrChild(state, ref reader, kind, ref allowed, out isNew);
    }

    private static bool TryReadNumber(ParseState state, ref LineReader reader, ref AllowedResults allowed, out bool isNew)
    {
        isNew = false;
        var token = reader.Current;
        if (!ArgumentParser.TryReadNumber(state, ref reader, 0, AllowedResults.MaximumValue, out var value))
        {
            return false;
        }

        isNew = allowed.TryAddValue(value);
        return isNew || allowed.ValueCount < AllowedResults.MaximumValues
            || state.Fail(ScenarioErrorCode.Limit, token, $"more than {AllowedResults.MaximumValues} numbers");
    }

    private static bool TryReadErrnoOrChild(
        ParseState state, ref LineReader reader, ResultKind kind, ref AllowedResults allowed, out bool isNew)
    {
        isNew = false;
        var token = reader.Current;
        if (token.Kind != TokenKind.Word)
        {
            return state.FailExpected(reader, ResultWords);
        }

        var errno = ErrnoTable.IndexOf(reader.Text);
        if (errno >= 0)
        {
            isNew = allowed.TryAddErrno(errno);
            reader.Move();
            return true;
        }

        if (!state.Names.TryFind(reader.Text, out var entry))
        {
            return NameParser.FailUnknown(state, reader, ResultWords, Candidates(state, reader.Text));
        }

        if (!entry.IsStrand || state.Scenario.Strands[entry.Index].Kind != StrandKind.Child)
        {
            return state.Fail(ScenarioErrorCode.WrongKind, token, $"'{entry.Name}' is {state.Describe(entry)}, not a child");
        }

        if (kind != ResultKind.Process)
        {
            return state.Fail(ScenarioErrorCode.WrongResult, token, "the call does not return a process");
        }

        isNew = allowed.TryAddChild(entry.Index);
        reader.Move();
        return true;
    }

    private static Suggestion Candidates(ParseState state, ReadOnlySpan<char> word)
    {
        var suggestion = new Suggestion(word);
        suggestion.Add(Keyword.Ok);
        suggestion.Add(Keyword.Blocked);
        foreach (ref readonly var entry in state.Names.Entries)
        {
            if (entry.IsStrand && state.Scenario.Strands[entry.Index].Kind == StrandKind.Child)
            {
                suggestion.Add(entry.Name.ToString());
            }
        }

        for (var i = 0; i < ErrnoTable.Count; i++)
        {
            suggestion.Add(ErrnoTable.NameAt(i));
        }

        return suggestion;
    }
}
