// Reads the part of a scenario line after its label: outputs, call, arguments, accepted results, condition. What
// arguments a call has is said by CallTable alone. Results and condition may come in either order; the normal form puts
// results first.

using Managarm.Perf.Core;

namespace Managarm.Perf.Corpus;

/// <summary>Parses one call.</summary>
internal static class CallParser
{
    private const string ResultWords = "a number, a child, an error, 'ok' or 'blocked'";

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
        if (!TryDefineOutputs(state, start, outputs, ref call) || !ReadArguments(state, ref reader, ref call))
        {
            return false;
        }

        return ReadTail(state, ref reader, ref call);
    }

    /// <summary>Passes a name that this line defines.</summary>
    internal static bool TryReadDefinition(ParseState state, ref LineReader reader, bool isStrand, out int index)
    {
        index = Program.None;
        var token = reader.Current;
        if (token.Kind != TokenKind.Word)
        {
            return state.FailExpected(reader, "a new name");
        }

        if (!state.Names.TryFind(reader.Text, out var entry))
        {
            return FailUndefinable(state, reader, isStrand);
        }

        if (entry.Line != state.Line || entry.Column != token.Column)
        {
            return state.Fail(token, $"'{reader.Text}' is defined twice, first at line {entry.Line}");
        }

        index = entry.Index;
        reader.Move();
        return true;
    }

    /// <summary>Says why the first pass did not enter the name that stands here; always false.</summary>
    internal static bool FailUndefinable(ParseState state, in LineReader reader, bool isStrand)
    {
        if (reader.Current.Length > ShortName.MaximumLength)
        {
            return state.Fail(
                reader.Current,
                $"the name {ParseState.Quote(reader)} has more than {ShortName.MaximumLength} characters");
        }

        return ScenarioName.IsLegal(reader.Text)
            ? state.Fail(reader.Current, LimitMessage(isStrand))
            : state.Fail(reader.Current, $"{ParseState.Quote(reader)} is a word of the language and no name");
    }

    /// <summary>Passes the name of a strand: a process or, for <see cref="ArgumentKind.Thread"/>, any actor.</summary>
    internal static bool TryReadStrand(ParseState state, ref LineReader reader, ArgumentKind kind, out int index)
    {
        index = Program.None;
        if (!TryReadName(state, ref reader, kind == ArgumentKind.Thread ? "a thread" : "a process", out var token, out var entry))
        {
            return false;
        }

        if (!entry.IsStrand || !ProgramRules.IsArgument(state.Program, kind, entry.Index))
        {
            var needed = kind == ArgumentKind.Thread ? "a thread" : "a process";
            return state.Fail(token, $"'{entry.Name}' is {state.Describe(entry)}, not {needed}");
        }

        index = entry.Index;
        return true;
    }

    /// <summary>Passes the name of a signal.</summary>
    internal static bool TryReadSignal(ParseState state, ref LineReader reader, out int index)
    {
        index = reader.Current.Kind == TokenKind.Word ? SignalTable.IndexOf(reader.Text) : Program.None;
        if (index < 0)
        {
            return state.FailExpected(reader, "a signal");
        }

        reader.Move();
        return true;
    }

    private static string LimitMessage(bool isStrand) => isStrand
        ? $"more than {Program.MaximumStrands} actors and handlers"
        : $"more than {Program.MaximumResources} descriptors";

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
        if (kind == CallKind.None)
        {
            return state.FailExpected(reader, "a call");
        }

        var caller = state.Program.Strands[strand].Kind;
        if (!CallTable.Of(kind).MayBeMadeBy(caller))
        {
            return state.Fail(reader.Current, $"{ParseState.Describe(caller)} cannot call '{reader.Text}'");
        }

        reader.Move();
        return true;
    }

    private static bool TryDefineOutputs(ParseState state, LineReader reader, int found, ref Call call)
    {
        ref readonly var description = ref CallTable.Of(call.Kind);
        if (found != description.OutputCount)
        {
            return state.Fail(
                reader.Current,
                $"'{description.Name}' creates {Things(description.OutputCount)}, but this line names {Things(found)}");
        }

        if (found == 0)
        {
            return true;
        }

        var isStrand = description.Has(CallFlags.CreatesChild);
        if (!TryReadDefinition(state, ref reader, isStrand, out var output))
        {
            return false;
        }

        call.Output0 = (sbyte)output;
        if (isStrand)
        {
            return true;
        }

        reader.Move();
        if (!TryReadDefinition(state, ref reader, isStrand: false, out output))
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

    private static bool ReadArguments(ParseState state, ref LineReader reader, ref Call call)
    {
        if (!state.Expect(ref reader, "("))
        {
            return false;
        }

        ref readonly var description = ref CallTable.Of(call.Kind);
        for (var i = 0; i < description.ArgumentCount; i++)
        {
            var kind = description.ArgumentAt(i);
            if (kind is ArgumentKind.ActionFlags or ArgumentKind.WaitFlags && !reader.Is(","))
            {
                continue;
            }

            if (i > 0 && kind != ArgumentKind.PollEvents && !state.Expect(ref reader, ","))
            {
                return false;
            }

            if (kind == ArgumentKind.OptionalPollDescriptor && !IsName(reader))
            {
                i += 2;
                kind = description.ArgumentAt(i);
            }

            if (!ReadArgument(state, ref reader, kind, ref call, ref i))
            {
                return false;
            }
        }

        return state.Expect(ref reader, ")");
    }

    private static bool IsName(in LineReader reader) => reader.Current.Kind == TokenKind.Word;

    private static bool ReadArgument(ParseState state, ref LineReader reader, ArgumentKind kind, ref Call call, ref int index)
    {
        var isPoll = kind is ArgumentKind.PollDescriptor or ArgumentKind.OptionalPollDescriptor;
        if (!TryReadValue(state, ref reader, kind, out var value))
        {
            return false;
        }

        call.SetArgument(index, value);
        if (!isPoll)
        {
            return true;
        }

        if (!TryReadFlags(state, ref reader, ArgumentKind.PollEvents, out value))
        {
            return false;
        }

        call.SetArgument(++index, value);
        return true;
    }

    private static bool TryReadValue(ParseState state, ref LineReader reader, ArgumentKind kind, out int value)
    {
        if (CallTable.IsResource(kind))
        {
            return TryReadResource(state, ref reader, kind, out value);
        }

        if (kind == ArgumentKind.ProcessOrAny && reader.TryMove(Keyword.Any))
        {
            value = Program.None;
            return true;
        }

        if (CallTable.IsStrand(kind))
        {
            return TryReadStrand(state, ref reader, kind, out value);
        }

        return kind switch
        {
            ArgumentKind.Signal => TryReadSignal(state, ref reader, out value),
            ArgumentKind.SignalSet => TryReadSignalSet(state, ref reader, out value),
            ArgumentKind.Disposition or ArgumentKind.MaskChange => TryReadWord(state, ref reader, kind, out value),
            ArgumentKind.ActionFlags or ArgumentKind.WaitFlags => TryReadFlags(state, ref reader, kind, out value),
            _ => TryReadNumber(state, ref reader, CallTable.MinimumOf(kind), CallTable.MaximumOf(kind), out value),
        };
    }

    private static bool TryReadName(
        ParseState state,
        ref LineReader reader,
        string expected,
        out Token token,
        out NameEntry entry)
    {
        token = reader.Current;
        entry = default;
        if (token.Kind != TokenKind.Word)
        {
            return state.FailExpected(reader, expected);
        }

        if (!state.Names.TryFind(reader.Text, out entry))
        {
            return state.Fail(token, $"expected {expected}, but nothing is named {ParseState.Quote(reader)}");
        }

        reader.Move();
        return true;
    }

    private static bool TryReadResource(ParseState state, ref LineReader reader, ArgumentKind kind, out int index)
    {
        index = Program.None;
        var needed = kind == ArgumentKind.Device ? "a device" : "a descriptor";
        if (!TryReadName(state, ref reader, needed, out var token, out var entry))
        {
            return false;
        }

        if (entry.IsStrand || !ProgramRules.IsArgument(state.Program, kind, entry.Index))
        {
            return state.Fail(token, $"'{entry.Name}' is {state.Describe(entry)}, not {needed}");
        }

        index = entry.Index;
        return true;
    }

    private static bool TryReadNumber(ParseState state, ref LineReader reader, int minimum, int maximum, out int value)
    {
        var token = reader.Current;
        value = 0;
        var isNegative = reader.TryMove("-");
        if (reader.Current.Kind != TokenKind.Number)
        {
            return state.FailExpected(reader, $"a number from {minimum} to {maximum}");
        }

        foreach (var digit in reader.Text)
        {
            if (!char.IsAsciiDigit(digit))
            {
                return state.FailExpected(reader, $"a number from {minimum} to {maximum}");
            }

            value = Math.Min((value * 10) + (digit - '0'), short.MaxValue);
        }

        value = isNegative ? -value : value;
        if (value < minimum || value > maximum)
        {
            return state.Fail(token, $"the number is out of range, {minimum} to {maximum} is possible");
        }

        reader.Move();
        return true;
    }

    private static bool TryReadSignalSet(ParseState state, ref LineReader reader, out int mask)
    {
        mask = 0;
        if (!state.Expect(ref reader, "{"))
        {
            return false;
        }

        while (!reader.Is("}"))
        {
            if (mask != 0 && !state.Expect(ref reader, ","))
            {
                return false;
            }

            var token = reader.Current;
            if (!TryReadSignal(state, ref reader, out var signal))
            {
                return false;
            }

            if ((mask & SignalTable.MaskOf(signal)) != 0)
            {
                return state.Fail(token, $"{SignalTable.NameAt(signal)} is in the set already");
            }

            mask |= SignalTable.MaskOf(signal);
        }

        reader.Move();
        return true;
    }

    private static bool TryReadWord(ParseState state, ref LineReader reader, ArgumentKind kind, out int value)
    {
        var words = Keyword.WordsOf(kind);
        for (value = 0; value < words.Length; value++)
        {
            if (reader.TryMove(words[value]))
            {
                return true;
            }
        }

        return state.FailExpected(reader, Alternatives(words));
    }

    private static bool TryReadFlags(ParseState state, ref LineReader reader, ArgumentKind kind, out int flags)
    {
        flags = 0;
        do
        {
            var token = reader.Current;
            if (!TryReadWord(state, ref reader, kind, out var bit))
            {
                return false;
            }

            if ((flags & (1 << bit)) != 0)
            {
                return state.Fail(token, $"'{Keyword.WordsOf(kind)[bit]}' is there already");
            }

            flags |= 1 << bit;
        }
        while (reader.TryMove("|"));

        return true;
    }

    private static string Alternatives(ReadOnlySpan<string> words)
    {
        var text = $"'{words[0]}'";
        for (var i = 1; i < words.Length; i++)
        {
            text += i == words.Length - 1 ? $" or '{words[i]}'" : $", '{words[i]}'";
        }

        return text;
    }

    private static bool ReadTail(ParseState state, ref LineReader reader, ref Call call)
    {
        var hasResults = false;
        while (true)
        {
            if (!hasResults && reader.Is("="))
            {
                hasResults = true;
                if (!ReadResults(state, ref reader, ref call))
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
                return true;
            }
        }
    }

    private static bool ReadCondition(ParseState state, ref LineReader reader, ref Call call)
    {
        var token = reader.Current;
        if (!TryReadStrand(state, ref reader, ArgumentKind.Thread, out var strand))
        {
            return false;
        }

        if (strand == call.Strand)
        {
            return state.Fail(token, "an actor cannot wait until it is blocked itself");
        }

        call.WhenBlocked = (sbyte)strand;
        return state.Expect(ref reader, Keyword.Blocked);
    }

    private static bool ReadResults(ParseState state, ref LineReader reader, ref Call call)
    {
        ref readonly var description = ref CallTable.Of(call.Kind);
        if (description.Result == ResultKind.None)
        {
            return state.Fail(reader.Current, $"'{description.Name}' has no result");
        }

        do
        {
            reader.Move();
            var token = reader.Current;
            if (!TryReadResult(state, ref reader, description.Result, ref call.Allowed, out var isNew))
            {
                return false;
            }

            if (!isNew)
            {
                return state.Fail(
                    token,
                    $"the result is there already, or is more than the {AllowedResults.MaximumValues}th number");
            }
        }
        while (reader.Is("|"));

        return true;
    }

    private static bool TryReadResult(
        ParseState state,
        ref LineReader reader,
        ResultKind kind,
        ref AllowedResults allowed,
        out bool isNew)
    {
        isNew = false;
        if (reader.Current.Kind == TokenKind.Number)
        {
            if (!TryReadNumber(state, ref reader, 0, AllowedResults.MaximumValue, out var value))
            {
                return false;
            }

            isNew = allowed.TryAddValue(value);
            return true;
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

    private static bool TryReadErrnoOrChild(
        ParseState state,
        ref LineReader reader,
        ResultKind kind,
        ref AllowedResults allowed,
        out bool isNew)
    {
        isNew = false;
        var errno = reader.Current.Kind == TokenKind.Word ? ErrnoTable.IndexOf(reader.Text) : Program.None;
        if (errno >= 0)
        {
            isNew = allowed.TryAddErrno(errno);
            reader.Move();
            return true;
        }

        if (!TryReadName(state, ref reader, ResultWords, out var token, out var entry))
        {
            return false;
        }

        if (!entry.IsStrand || state.Program.Strands[entry.Index].Kind != StrandKind.Child)
        {
            return state.Fail(token, $"'{entry.Name}' is {state.Describe(entry)}, not a child");
        }

        if (kind != ResultKind.Process)
        {
            return state.Fail(token, "the call does not return a process");
        }

        isNew = allowed.TryAddChild(entry.Index);
        return true;
    }
}
