// Reads the arguments of a call between its parentheses. Which they are and how great they may be is said by CallTable alone,
// which words they may be by Keyword.

using Managarm.Perf.Core.Calls;

namespace Managarm.Perf.Corpus.Text;

/// <summary>Parses arguments.</summary>
internal static class ArgumentParser
{
    /// <summary>Reads the arguments of <paramref name="call"/> with their parentheses.</summary>
    internal static bool ReadAll(ParseState state, ref LineReader reader, ref Call call)
    {
        if (!Expect(state, ref reader, "(", call.Kind))
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

            if (i > 0 && kind != ArgumentKind.PollEvents && !Expect(state, ref reader, ",", call.Kind))
            {
                return false;
            }

            if (kind == ArgumentKind.OptionalPollDescriptor && reader.Current.Kind != TokenKind.Word)
            {
                i += 2;
                kind = description.ArgumentAt(i);
            }

            if (!ReadOne(state, ref reader, kind, ref call, ref i))
            {
                return false;
            }
        }

        return Expect(state, ref reader, ")", call.Kind);
    }

    /// <summary>Passes a number within bounds.</summary>
    internal static bool TryReadNumber(ParseState state, ref LineReader reader, int minimum, int maximum, out int value)
    {
        var start = reader.Current.Start;
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
            var token = new Token(TokenKind.Number, start, reader.Current.Start + reader.Current.Length - start);
            return state.Fail(
                ScenarioErrorCode.OutOfRange, token, $"the number is out of range, {minimum} to {maximum} is possible");
        }

        reader.Move();
        return true;
    }

    private static bool Expect(ParseState state, ref LineReader reader, string symbol, CallKind kind) =>
        reader.Is(symbol)
            ? state.Expect(ref reader, symbol)
            : state.Expect(ref reader, symbol, $"; the call is written {CallUsage.Of(kind)}");

    private static bool ReadOne(ParseState state, ref LineReader reader, ArgumentKind kind, ref Call call, ref int index)
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
        if (kind == ArgumentKind.ProcessOrAny && reader.TryMove(Keyword.Any))
        {
            value = Scenario.None;
            return true;
        }

        if (CallTable.IsResource(kind) || CallTable.IsStrand(kind))
        {
            return NameParser.TryReadUse(state, ref reader, kind, out value);
        }

        return kind switch
        {
            ArgumentKind.Signal => NameParser.TryReadSignal(state, ref reader, out value),
            ArgumentKind.SignalSet => TryReadSignalSet(state, ref reader, out value),
            ArgumentKind.Disposition or ArgumentKind.MaskChange =>
                TryReadWord(state, ref reader, Keyword.WordsOf(kind), out value),
            ArgumentKind.ActionFlags or ArgumentKind.WaitFlags => TryReadFlags(state, ref reader, kind, out value),
            _ => TryReadNumber(state, ref reader, CallTable.MinimumOf(kind), CallTable.MaximumOf(kind), out value),
        };
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
            if (!NameParser.TryReadSignal(state, ref reader, out var signal))
            {
                return false;
            }

            if ((mask & SignalTable.MaskOf(signal)) != 0)
            {
                return state.Fail(
                    ScenarioErrorCode.Repetition, token, $"{SignalTable.NameAt(signal)} is in the set already");
            }

            mask |= SignalTable.MaskOf(signal);
        }

        reader.Move();
        return true;
    }

    /// <summary>Passes one of several words.</summary>
    internal static bool TryReadWord(ParseState state, ref LineReader reader, ReadOnlySpan<string> words, out int value)
    {
        for (value = 0; value < words.Length; value++)
        {
            if (reader.TryMove(words[value]))
            {
                return true;
            }
        }

        var suggestion = new Suggestion(reader.Text);
        foreach (var word in words)
        {
            suggestion.Add(word);
        }

        return state.FailExpected(reader, Alternatives(words), suggestion.Best());
    }

    private static bool TryReadFlags(ParseState state, ref LineReader reader, ArgumentKind kind, out int flags)
    {
        flags = 0;
        do
        {
            var token = reader.Current;
            if (!TryReadWord(state, ref reader, Keyword.WordsOf(kind), out var bit))
            {
                return false;
            }

            if ((flags & (1 << bit)) != 0)
            {
                return state.Fail(
                    ScenarioErrorCode.Repetition, token, $"'{Keyword.WordsOf(kind)[bit]}' is there already");
            }

            flags |= 1 << bit;
        }
        while (reader.TryMove("|"));

        return true;
    }

    /// <summary>Several words as a message lists them.</summary>
    internal static string Alternatives(ReadOnlySpan<string> words)
    {
        var text = $"'{words[0]}'";
        for (var i = 1; i < words.Length; i++)
        {
            text += i == words.Length - 1 ? $" or '{words[i]}'" : $", '{words[i]}'";
        }

        return text;
    }
}
