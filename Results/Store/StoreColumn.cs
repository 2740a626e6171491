// A column of a table: what it holds, and what becomes of it when a row comes a second time. That is decided per column and in
// one place, so that a row means the same whether it comes from a campaign's directory, a document or another store.

using System.Globalization;
using System.Text.Json;

namespace Managarm.Perf.Results.Store;

/// <summary>A column of a table.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">What it holds.</param>
/// <param name="Role">What becomes of it when the row comes again.</param>
/// <param name="IsOptional">Whether it may hold nothing.</param>
internal sealed record StoreColumn(string Name, ColumnType Type, ColumnRole Role, bool IsOptional = false)
{
    /// <summary>Whether the file holds a number.</summary>
    internal bool IsNumber => Type is ColumnType.Number or ColumnType.Flag;

    /// <summary>What is wrong with a value, or null.</summary>
    /// <param name="value">A text, a number or null.</param>
    internal string? ProblemOf(object? value)
    {
        bool isSound = value switch
        {
            null => IsOptional,
            long number => Type == ColumnType.Flag ? number is 0 or 1 : Type == ColumnType.Number,
            string text => !IsNumber && IsSound(text),
            _ => false,
        };
        return isSound ? null : $"{Name} is no {Noun}";
    }

    private string Noun => Type switch
    {
        ColumnType.Number => "whole number",
        ColumnType.Flag => "0 or 1",
        ColumnType.Seed => "seed",
        ColumnType.Time => "time such as 2026-01-31T23:59:59Z",
        ColumnType.Command => "array of texts",
        _ => "text without a zero byte",
    };

    private bool IsSound(string text) => Type switch
    {
        ColumnType.Seed => ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong seed)
            && seed.ToString(CultureInfo.InvariantCulture) == text,
        ColumnType.Time => DateTime.TryParseExact(
            text, ProvenanceRecord.TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out _),
        ColumnType.Command => IsArrayOfTexts(text),
        _ => !text.Contains('\0', StringComparison.Ordinal),
    };

    private static bool IsArrayOfTexts(string text)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(text);
            JsonElement root = document.RootElement;
            return root.ValueKind == JsonValueKind.Array
                && root.EnumerateArray().All(each => each.ValueKind == JsonValueKind.String);
        }
        catch (JsonException)
        {
            return false;
        }
    }
}

/// <summary>What a column holds; numbers and flags are numbers in the file, everything else is text.</summary>
internal enum ColumnType
{
    Text,
    Number,
    Flag,

    /// <summary>A number of 64 bits without a sign, in decimal digits.</summary>
    Seed,

    /// <summary>A moment, as <see cref="ProvenanceRecord.TimeFormat"/> has it.</summary>
    Time,

    /// <summary>A command line, as a JSON array of texts.</summary>
    Command,
}

/// <summary>What becomes of a column when its row comes again.</summary>
internal enum ColumnRole
{
    /// <summary>Part of what names the row.</summary>
    Key,

    /// <summary>Must be the same: another value is an error.</summary>
    Fixed,

    /// <summary>Stays as it came first; it may differ.</summary>
    First,

    /// <summary>Says how far the row is: a row that is less far changes nothing. Several count in their order.</summary>
    Rank,

    /// <summary>Is replaced by a row that is as far or farther; nothing never replaces something.</summary>
    Latest,
}
