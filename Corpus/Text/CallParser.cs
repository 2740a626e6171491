// Reads the part of a scenario line after its label: outputs, call, arguments, accepted results, condition. Results and
// condition may come in either order; the normal form puts results first.

using Managarm.Perf.Core.Calls;

namespace Managarm.Perf.Corpus.Text;

/// <summary>Parses one call.</summary>
internal static class CallParser
{
    /// <summary>Reads everything up to the end of the line.</summary>
    internal static bool TryRead(ParseState state, ref LineReader reader, int strand, out Call call)
    {
        call = default;
        var start = reader;
        if (!TrySkipOutputs(state, ref reader, out var outputs) || !TryReadKind(state, ref reader, strand, out var kind))
        {
            return false;
        }

        call = Call.Of(strand, kind);
        if (!TryDefineOutputs(state, start, outputs, ref call) || !ArgumentParser.ReadAll(state, ref reader, ref call))
        {
            return false;
        }

        return ReadTail(state, ref reader, ref call);
    }

    /// <summary>Passes `x =` or `x, y =` and counts the names; their definition is read when the call is known.</summary>
    private static bool TrySkipOutputs(ParseState state, ref LineReader reader, out int count)
    {
        count = 0;
        var next = reader;
        next.Move();
        if (reader.Current.Kind == TokenKind.Word && next.TryMove(","))
        {
            count = 2;
            reader = next;
            if (reader.Current.Kind != TokenKind.Word)
            {
                return state.FailExpected(reader, "a new name");
            }

            reader.Move();
            return state.Expect(ref reader, "=");
        }

        if (reader.Current.Kind == TokenKind.Word && next.TryMove("="))
        {
            count = 1;
            reader = next;
        }

        return true;
    }

    private static bool TryReadKind(ParseState state, ref LineReader reader, int strand, out CallKind kind)
    {
        kind = CallTable.Find(reader.Text);
        var caller = state.Scenario.Strands[strand].Kind;
        if (kind == CallKind.None)
        {
            return FailUnknown(state, reader, caller);
        }

        if (!CallTable.Of(kind).MayBeMadeBy(caller))
        {
            var message = $"{ParseState.Describe(caller)} cannot call '{reader.Text}', only {CallUsage.CallersOf(kind)} can";
            return state.Fail(ScenarioErrorCode.WrongCaller, reader.Current, message);
        }

        reader.Move();
        return true;
    }

    private static bool FailUnknown(ParseState state, in LineReader reader, StrandKind caller)
    {
        if (reader.Current.Kind != TokenKind.Word)
        {
            return state.FailExpected(reader, "a call");
        }

        var suggestion = new Suggestion(reader.Text);
        CallUsage.AddNames(suggestion, caller);
        var message = $"expected a call, found {ParseState.Quote(reader)}{suggestion.Describe()}";
        return state.Fail(ScenarioErrorCode.UnknownCall, reader.Current, message);
    }

    private static bool TryDefineOutputs(ParseState state, LineReader reader, int found, ref Call call)
    {
        ref readonly var description = ref CallTable.Of(call.Kind);
        if (found != description.OutputCount)
        {
            return state.Fail(
                ScenarioErrorCode.WrongOutputs,
                reader.Current,
                $"'{description.Name}' creates {Things(description.OutputCount)}, but this line names {Things(found)}"
                + $"; the call is written {CallUsage.Of(call.Kind)}");
        }

        if (found == 0)
        {
            return true;
        }

        var isStrand = description.CreatesStrand;
        if (!NameParser.TryReadDefinition(state, ref reader, isStrand, out var output))
        {
            return false;
        }

        call.Output0 = (sbyte)output;
        if (isStrand)
        {
            return true;
        }

        reader.Move();
        if (!NameParser.TryReadDefinition(state, ref reader, isStrand: false, out output))
        {
            return false;
        }

        call.Output1 = (sbyte)output;
        return true;
    }

    private static string Things(int count) => count switch
    {
        0 => "nothing",
        1 => "one thing",
        _ => "two things",
    };

    private static bool ReadTail(ParseState state, ref LineReader reader, ref Call call)
    {
        var hasResults = false;
        while (!reader.IsAtEnd)
        {
            if (!hasResults && reader.Is("="))
            {
                hasResults = true;
                if (!ResultParser.ReadAll(state, ref reader, ref call))
                {
                    return false;
                }
            }
            else if (call.WhenBlocked < 0 && reader.TryMove(Keyword.When))
            {
                if (!ReadCondition(state, ref reader, ref call))
                {
                    return false;
                }
            }
            else
            {
                return FailTail(state, reader, hasResults || CallTable.Of(call.Kind).Result == ResultKind.None, call);
            }
        }

        return true;
    }

    private static bool FailTail(ParseState state, in LineReader reader, bool hasResults, in Call call)
    {
        const string End = "the end of the line";
        var hasCondition = call.WhenBlocked >= 0;
        if (hasCondition)
        {
            return state.FailExpected(reader, hasResults ? End : $"'=' or {End}");
        }

        var suggestion = new Suggestion(reader.Text);
        suggestion.Add(Keyword.When);
        return state.FailExpected(
            reader, hasResults ? $"'{Keyword.When}' or {End}" : $"'=', '{Keyword.When}' or {End}", suggestion.Best());
    }

    private static bool ReadCondition(ParseState state, ref LineReader reader, ref Call call)
    {
        var token = reader.Current;
        if (!NameParser.TryReadUse(state, ref reader, ArgumentKind.Thread, out var strand))
        {
            return false;
        }

        if (strand == call.Strand)
        {
            return state.Fail(ScenarioErrorCode.SelfCondition, token, "an actor cannot wait until it is blocked itself");
        }

        call.WhenBlocked = (sbyte)strand;
        call.WhenSettled = reader.TryMove(Keyword.Settled);
        if (call.WhenSettled || reader.TryMove(Keyword.Blocked))
        {
            return true;
        }

        var suggestion = new Suggestion(reader.Text);
        suggestion.Add(Keyword.Blocked);
        suggestion.Add(Keyword.Settled);
        return state.FailExpected(reader, $"'{Keyword.Blocked}' or '{Keyword.Settled}'", suggestion.Best());
    }
}
