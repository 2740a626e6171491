// Bytes of a file to text. Scenarios are UTF-8, a byte order mark at the start is passed over, and everything else is refused
// with its place: a decoder that replaces what it does not understand would change comments when a file is formatted.

using System.Text;
using System.Text.Unicode;

namespace Managarm.Perf.Corpus.Text;

/// <summary>Decodes scenario files.</summary>
public static class SourceText
{
    private static readonly byte[] Mark = [0xEF, 0xBB, 0xBF];

    /// <summary>Decodes a whole file.</summary>
    /// <param name="file">The name of the input for the error.</param>
    /// <param name="bytes">All its bytes.</param>
    /// <param name="text">The text without byte order mark; empty after an error.</param>
    /// <param name="error">What is wrong, or null.</param>
    public static bool TryDecode(string file, ReadOnlySpan<byte> bytes, out string text, out ScenarioError? error)
    {
        text = "";
        error = null;
        if (bytes.Length > ScenarioParser.MaximumLength)
        {
            error = TooLong(file, "the file");
        }
        else if (IsSixteenBit(bytes))
        {
            error = new ScenarioError(file, 1, 1, 1, ScenarioErrorCode.Encoding, "the file is UTF-16; save it as UTF-8");
        }
        else if (!Utf8.IsValid(bytes))
        {
            error = Locate(file, bytes);
        }
        else
        {
            text = Encoding.UTF8.GetString(HasMark(bytes) ? bytes[Mark.Length..] : bytes);
        }

        return error is null;
    }

    internal static bool HasMark(ReadOnlySpan<byte> bytes) => bytes.StartsWith(Mark);

    internal static ScenarioError TooLong(string file, string what) =>
        new(file, 1, 1, 1, ScenarioErrorCode.TooLong, $"{what} has more than {ScenarioParser.MaximumLength} bytes");

    private static bool IsSixteenBit(ReadOnlySpan<byte> bytes) =>
        bytes.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE]) || bytes.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF]);

    private static ScenarioError Locate(string file, ReadOnlySpan<byte> bytes)
    {
        var rest = HasMark(bytes) ? bytes[Mark.Length..] : bytes;
        var line = 1;
        var column = 1;
        while (Rune.DecodeFromUtf8(rest, out var rune, out var length) == System.Buffers.OperationStatus.Done)
        {
            rest = rest[length..];
            column = rune.Value == '\n' ? 1 : column + rune.Utf16SequenceLength;
            line += rune.Value == '\n' ? 1 : 0;
        }

        return new ScenarioError(
            file, line, column, column + 1, ScenarioErrorCode.Encoding, $"the byte 0x{rest[0]:X2} is not UTF-8");
    }
}
